package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.UntrustedPeerException;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.PortDiscovery;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Timeouts;
import io.agentctl.registration.Registration;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Registers this host. */
@Command(
        name = "register",
        description = "Register this host, which the site knows already, and serve the site from then on.",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  agent-ctl register --server monitoring.example.com --site prod --hostname \"$(hostname)\" \\",
            "      --user automation --password-file /root/automation.secret"
        })
final class RegisterCommand implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    private final Invocation invocation;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-s", "--server"},
            required = true,
            paramLabel = "HOST[:PORT]",
            description = {
                "The server of the site, and its agent receiver's port if that shall not be asked for.",
                "An IPv6 address stands in brackets."
            })
    private String server;

    @Option(
            names = {"-i", "--site"},
            required = true,
            paramLabel = "SITE",
            description = "The site's name.")
    private String site;

    @Option(
            names = {"-H", "--hostname"},
            required = true,
            paramLabel = "HOSTNAME",
            description = "This host's name in the site's configuration.")
    private String hostName;

    @Mixin
    private CredentialOptions credentialOptions;

    @Mixin
    private TrustOptions trust;

    @Option(
            names = {"-d", "--detect-proxy"},
            description = "Go through the proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name.")
    private boolean detectProxy;

    @Option(
            names = "--validate-api-cert",
            description = "Ask for the port only where the web server's certificate is valid.")
    private boolean validateApiCert;

    @Option(
            names = "--automatic-updates",
            description = "Register the agent updater (cmk-update-agent) as well, if it is installed.")
    private boolean automaticUpdates;

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            description = "Type of the new key: ec-p256, rsa-2048, rsa-3072 or rsa-4096 (default: ec-p256).")
    private String keyType;

    @Mixin
    private AgentOption agent;

    RegisterCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ServerAddress serverAddress = usage(() -> ServerAddress.parse(server));
        SiteId siteId = usage(() -> new SiteId(serverAddress.host(), site));
        LoadedSettings loaded = LoadedSettings.of(
                invocation,
                new Overrides(
                        Optional.empty(), agent.source(), Optional.ofNullable(keyType), detectProxy, validateApiCert));
        loaded.settings().agent().value().check();
        ConnectionRegistry registry = loaded.registry();
        registry.checkChangeable();
        Credentials credentials = credentialOptions.read(invocation.terminal());

        ReceiverAddress address = address(serverAddress, siteId, loaded);
        List<X509Certificate> presented =
                receiver(address, trust.fingerprint(), loaded).certificateChain();
        trust.confirm(presented.get(0), invocation.terminal());
        HttpAgentReceiver confirmed = receiver(address, Optional.of(Fingerprint.of(presented.get(0))), loaded);
        Connection connection = new Registration(loaded.settings().keyType().value(), invocation.clock())
                .ofExistingHost(address, confirmed, credentials, hostName);
        registry.update(present -> present.with(connection));
        warnOfForeignRoot(connection, presented);
        if (automaticUpdates) {
            new AgentUpdater(invocation.environment()).register(siteId, hostName, credentials);
        }
        invocation.terminal().out().println("Registration complete.");
        return ExitCode.SUCCESS;
    }

    private ReceiverAddress address(ServerAddress serverAddress, SiteId siteId, LoadedSettings loaded)
            throws ReceiverException {
        if (serverAddress.port().isPresent()) {
            return new ReceiverAddress(siteId, serverAddress.port().getAsInt());
        }
        ReceiverAddress found = new PortDiscovery(
                        loaded.settings().validateApiCert().value(), loaded.proxies(), Timeouts.PATIENT)
                .discover(siteId);
        LOG.info(() -> "the agent receiver of " + siteId + " is at port " + found.port());
        return found;
    }

    private HttpAgentReceiver receiver(
            ReceiverAddress address, Optional<Fingerprint> fingerprint, LoadedSettings loaded) {
        return new HttpAgentReceiver(
                address,
                new FirstContact(fingerprint, invocation.clock()),
                Optional.empty(),
                loaded.proxies(),
                Timeouts.PATIENT);
    }

    /** The registration stands, but whatever else is said to this agent receiver will be refused by us. */
    private void warnOfForeignRoot(Connection connection, List<X509Certificate> presented) throws PkiException {
        try {
            connection.trust(invocation.clock()).check(presented, PeerCheck.Peer.AGENT_RECEIVER);
        } catch (UntrustedPeerException e) {
            LOG.warning(
                    () -> "the site's root certificate does not vouch for its own agent receiver, so status and renewal"
                            + " will be refused: " + e.getMessage() + "; is a TLS proxy in between?");
        }
    }

    private <T> T usage(java.util.function.Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

package io.agentctl.cli;

import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.connection.TrustRules;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.PkiException;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.PortDiscovery;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Timeouts;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which site to register at, how to get there, and how to tell that it is the right one. */
final class SiteOptions {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    @Spec(Spec.Target.MIXEE)
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

    @Mixin
    private TrustOptions trust;

    @Mixin
    private ProxyOption proxy;

    @Option(
            names = "--validate-api-cert",
            description = "Ask for the port only where the web server's certificate is valid.")
    private boolean validateApiCert;

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            completionCandidates = KeyTypeLabels.class,
            description = {
                "Type of the new key: ${COMPLETION-CANDIDATES}",
                "(default: setting 'key_type', else ec-p256)."
            })
    private KeyType keyType;

    /**
     * An agent receiver that was found to be the right one.
     *
     * @param address where it answers
     * @param presented its certificate and any intermediate ones
     * @param receiver a client that takes nobody else for it
     */
    record Encounter(ReceiverAddress address, List<X509Certificate> presented, HttpAgentReceiver receiver) {}

    /** Reads what can be read without talking to anyone; a malformed name is a matter of usage. */
    SiteId siteId() {
        try {
            return new SiteId(ServerAddress.parse(server).host(), site);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    LoadedSettings load(Invocation invocation, Optional<String> agent) throws ConfigException {
        return LoadedSettings.of(
                invocation,
                new Overrides(
                        Optional.empty(),
                        agent,
                        Optional.ofNullable(keyType).map(KeyType::label),
                        proxy.detectProxy(),
                        validateApiCert));
    }

    /** Finds the agent receiver, and has it confirmed. */
    Encounter meet(SiteId siteId, LoadedSettings loaded) throws ReceiverException, CommandException, PkiException {
        ReceiverAddress address = address(siteId, loaded);
        List<X509Certificate> presented =
                receiver(address, trust.fingerprint(), loaded).certificateChain();
        trust.confirm(presented.get(0), loaded.invocation().terminal());
        Fingerprint confirmed = Fingerprint.of(presented.get(0));
        return new Encounter(address, presented, receiver(address, Optional.of(confirmed), loaded));
    }

    private ReceiverAddress address(SiteId siteId, LoadedSettings loaded) throws ReceiverException {
        ServerAddress named = ServerAddress.parse(server);
        if (named.port().isPresent()) {
            return new ReceiverAddress(siteId, named.port().getAsInt());
        }
        ReceiverAddress found = new PortDiscovery(
                        loaded.settings().validateApiCert().value(), loaded.proxies(), Timeouts.PATIENT)
                .discover(siteId);
        LOG.info(() -> "the agent receiver of " + siteId + " is at port " + found.port());
        return found;
    }

    private static HttpAgentReceiver receiver(
            ReceiverAddress address, Optional<Fingerprint> fingerprint, LoadedSettings loaded) {
        TrustRules rules = loaded.trustRules();
        return new HttpAgentReceiver(
                address,
                rules.narrowed(new FirstContact(fingerprint, loaded.invocation().clock()), address.siteId()),
                Optional.empty(),
                loaded.proxies(),
                Timeouts.PATIENT,
                rules.tls());
    }
}

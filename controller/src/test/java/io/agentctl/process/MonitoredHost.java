package io.agentctl.process;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A host with a controller and an agent, and a site that knows it as {@code web1} (pull) and as {@code web2} (push). */
public final class MonitoredHost implements AutoCloseable {
    /** The site's name. */
    public static final String SITE = "prod";

    /** The site's user who may register hosts. */
    public static final String USER = "automation";

    /** That user's password. */
    public static final String PASSWORD = "geheim+Zeichen";

    /** A token that the site knows. */
    public static final String TOKEN = "0:einmalig-4711";

    /** What the agent writes. */
    public static final String OUTPUT = "<<<check_mk>>>\nVersion: 2.3.0\nHostname: web1\n";

    private final Controller controller;
    private final UnixAgent agent;
    private final SimulatedSite site;

    /**
     * Makes host and site.
     *
     * @param folder an existing folder
     */
    public MonitoredHost(Path folder) throws IOException {
        Path home = folder.resolve("home");
        Files.createDirectories(home, OwnerOnly.folder(home));
        controller = Controller.at(home);
        agent = UnixAgent.of(home, Behaviour.says(OUTPUT));
        site = new SimulatedSite(SITE, Clock.systemUTC());
        site.roster()
                .user(USER, PASSWORD)
                .token(TOKEN)
                .host("web1", ConnectionMode.PULL)
                .host("web2", ConnectionMode.PUSH);
    }

    /** Returns the controller. */
    public Controller controller() {
        return controller;
    }

    /** Returns the agent. */
    public UnixAgent agent() {
        return agent;
    }

    /** Returns the site. */
    public SimulatedSite site() {
        return site;
    }

    /** Returns what {@code --server} takes for our site. */
    public String server() {
        return "localhost:" + site.receiverPort();
    }

    /** Returns the fingerprint of the site's certificate as OpenSSL prints it. */
    public String fingerprint() throws PkiException {
        return Fingerprint.of(site.certificate().certificate()).toString();
    }

    /** Returns the arguments that register a host at the site: all but who vouches for it and whom to trust. */
    public String[] registering(String hostName, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("register", "--server", server(), "--site", SITE, "--hostname", hostName));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    /** Returns the arguments that register this host at the site as one that it does not know yet. */
    public String[] registeringNew(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "register-new",
                "--server",
                server(),
                "--site",
                SITE,
                "--user",
                USER,
                "--password",
                PASSWORD,
                "--trust-cert"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    /** Registers as {@code web1} by a command. */
    public Transcript register() throws IOException, InterruptedException {
        return controller.run(registering("web1", "--user", USER, "--password", PASSWORD, "--trust-cert"));
    }

    /** Stores a connection without a command, as fast as a file is written. */
    public Connection enroll(String hostName, ConnectionMode mode) throws RegistryException {
        Connection connection = site.enroll(hostName, mode);
        new ConnectionRegistry(controller.home()).update(registry -> registry.with(connection));
        return connection;
    }

    /** Stores a connection without a command, with a certificate of a chosen life. */
    public Connection enroll(String hostName, ConnectionMode mode, Instant start, Instant end)
            throws RegistryException {
        UUID uuid = UUID.randomUUID();
        Issued agent = site.agentCa()
                .issue(uuid.toString())
                .key(TestKeys.ec())
                .valid(start, end)
                .mint();
        site.roster().register(uuid, hostName, mode);
        Connection connection = Connection.registered(
                mode,
                site.address(),
                uuid,
                agent.privateKeyPem(),
                agent.certificatePem(),
                site.ca().pem());
        new ConnectionRegistry(controller.home()).update(registry -> registry.with(connection));
        return connection;
    }

    /** Returns what is stored. */
    public Registry registry() throws RegistryException {
        return new ConnectionRegistry(controller.home()).read();
    }

    /** Returns the address of a port of ours. */
    public static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() throws IOException {
        agent.close();
        site.close();
    }
}

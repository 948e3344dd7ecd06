package io.agentctl.bench;

import io.agentctl.bench.LoadClient.Papers;
import io.agentctl.bench.Server.Recipe;
import io.agentctl.bench.Server.Wire;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import io.agentctl.process.UnusedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What all measurements share: a folder of their own, a site that pulls with an RSA key of 2048 bits as sites do, hosts that it knows, an
 * agent, and the servers that can be started. Closing it ends all of them.
 */
final class Workbench implements AutoCloseable {
    /** The size of an ordinary server's output. */
    private static final int TEXT_LENGTH = 100 * 1024;

    private static final List<String> INHERITED = List.of("PATH", "JAVA_HOME", "AGENT_CTL_JAVA_OPTS");

    private final Path folder;
    private final Map<Flavour, Path> launchers;
    private final Clock clock = Clock.systemUTC();
    private final Processes processes = new Processes();
    private final CpuClock cpu = new CpuClock();
    private final TestCa siteCa = rsaAuthority("Site 'bench' local CA", "site CA");
    private final TestCa agentCa = rsaAuthority("Site 'bench' agent signing CA", "agent CA");
    private final byte[] text = AgentText.of(TEXT_LENGTH);
    private final LoadClient client;
    private final AgentDouble agent;
    private int homes;

    /**
     * @param launchers start our controller, each a flavour of it
     * @throws IOException if something cannot be made
     */
    Workbench(Map<Flavour, Path> launchers) throws IOException {
        this.launchers = Map.copyOf(launchers);
        Issued site = siteCa.issue("bench").key(TestKeys.rsa(2048, "site")).mint();
        // With a CA that only has the name of the site's.
        Issued stranger = rsaAuthority("Site 'bench' local CA", "another").site("bench");
        // Short, since the paths of unix sockets are limited to some 100 bytes.
        this.folder = Files.createTempDirectory("bench");
        this.client = new LoadClient(
                new Papers(
                        file("agent-ca.pem", agentCa.pem()),
                        file("site.pem", site.chainPem() + site.privateKeyPem()),
                        file("stranger.pem", stranger.chainPem() + stranger.privateKeyPem()),
                        Files.write(folder.resolve("text"), text)),
                folder,
                cpu);
        this.agent = agent("agent", AgentDouble.atOnce(text));
    }

    private TestCa rsaAuthority(String commonName, String key) {
        return TestCa.root(commonName, TestKeys.rsa(2048, key), TestCa.YEAR_3020, clock);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    Clock clock() {
        return clock;
    }

    CpuClock cpu() {
        return cpu;
    }

    LoadClient client() {
        return client;
    }

    byte[] text() {
        return text.clone();
    }

    /** Returns the agent that writes the text at once. */
    AgentDouble agent() {
        return agent;
    }

    /** Starts another agent. */
    AgentDouble agent(String name, AgentDouble.Output output) throws IOException {
        return new AgentDouble(folder.resolve(name + ".socket"), output);
    }

    /** Registers this host at as many sites, without anyone being asked. */
    List<Connection> connections(KeyType keyType, int count) {
        Instant now = Instant.now();
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UUID uuid = UUID.randomUUID();
            // As sites issue them: nothing is to be renewed while it is measured.
            Issued host = agentCa.issue(uuid.toString())
                    .key(key(keyType))
                    .valid(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(5 * 365)))
                    .mint();
            connections.add(Connection.registered(
                    ConnectionMode.PULL,
                    new ReceiverAddress(new SiteId("bench.example.com", "site" + i), 8000),
                    uuid,
                    host.privateKeyPem(),
                    host.certificatePem(),
                    siteCa.pem()));
        }
        return connections;
    }

    private static KeyPair key(KeyType keyType) {
        return switch (keyType) {
            case EC_P256 -> TestKeys.ec();
            case RSA_2048 -> TestKeys.rsa(2048, "host");
            case RSA_3072 -> TestKeys.rsa(3072, "host");
            case RSA_4096 -> TestKeys.rsa(4096, "host");
        };
    }

    /** A home directory with connections, an agent and further settings, and the port that the controller is to have. */
    record Home(Path path, int port) {
        ConnectionRegistry registry() {
            return new ConnectionRegistry(path);
        }
    }

    /** Makes a home directory. */
    Home home(List<Connection> connections, AgentDouble source, String... settings) throws IOException {
        homes++;
        Path path = folder.resolve("home" + homes);
        Home home = new Home(Files.createDirectory(path, OwnerOnly.folder(path)), UnusedPort.next());
        try {
            home.registry().update(nothing -> new Registry(connections, Map.of()));
        } catch (RegistryException e) {
            throw new IOException(e);
        }
        List<String> lines = new ArrayList<>(List.of(
                "agent = \"unix:" + source.socket() + "\"",
                "pull_port = " + home.port(),
                "listen = [\"127.0.0.1\"]",
                // More clients at once than a host has sites.
                "max_agent_runs = 100"));
        lines.addAll(List.of(settings));
        Files.writeString(home.path().resolve("cmk-agent-ctl.toml"), String.join("\n", lines) + "\n");
        return home;
    }

    /** Starts our daemon. */
    Server ours(String name, Home home) throws IOException, InterruptedException {
        return ours(Flavour.JVM, name, home);
    }

    /** The same, of a flavour. */
    Server ours(Flavour flavour, String name, Home home) throws IOException, InterruptedException {
        return Server.start(
                new Recipe(
                        name,
                        Wire.FRAMED,
                        home.port(),
                        home.path(),
                        List.of(launcher(flavour), "daemon"),
                        environment(home)),
                processes);
    }

    /** Returns what runs one of our commands, to be started by {@link #run}. */
    ProcessBuilder command(Flavour flavour, Home home, String... arguments) {
        List<String> line = new ArrayList<>(List.of(launcher(flavour)));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(environment(home));
        return builder;
    }

    private String launcher(Flavour flavour) {
        return launchers.get(flavour).toString();
    }

    /** Runs a command to its end, its output thrown away; returns the milliseconds that took. */
    double run(ProcessBuilder builder) throws IOException, InterruptedException {
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        long begin = System.nanoTime();
        Process process = processes.start(builder);
        int status = process.waitFor();
        double millis = (System.nanoTime() - begin) / 1e6;
        if (status != 0) {
            throw new IOException(String.join(" ", builder.command()) + " ended with status " + status);
        }
        return millis;
    }

    /** Starts another server, which serves one host. */
    Server peer(Peer peer, Connection host, AgentDouble source) throws IOException, InterruptedException {
        homes++;
        Path home = Files.createDirectory(folder.resolve("home" + homes));
        int port = UnusedPort.next();
        Files.writeString(home.resolve("host.pem"), host.certificate() + host.privateKey());
        Files.writeString(home.resolve("site-ca.pem"), host.rootCert());
        Path configuration = home.resolve("configuration");
        Files.writeString(configuration, peer.configuration(port, home, source.socket()));
        return Server.start(
                new Recipe(
                        peer.label(),
                        Wire.RAW,
                        port,
                        home,
                        peer.command(configuration),
                        Map.of("PATH", System.getenv("PATH"))),
                processes);
    }

    private static Map<String, String> environment(Home home) {
        Map<String, String> environment = new HashMap<>(new LinkedHashMap<>(System.getenv()));
        environment.keySet().retainAll(INHERITED);
        environment.put("DEBUG_HOME_DIR", home.path().toString());
        environment.put("AGENT_CTL_ALLOW_ROOT", "true");
        // The load comes from one address; sites never have more than three pulls at a time.
        environment.put("DEBUG_MAX_CONNECTIONS", "1000");
        return environment;
    }

    @Override
    public void close() throws IOException {
        processes.close();
        client.close();
        cpu.close();
        agent.close();
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

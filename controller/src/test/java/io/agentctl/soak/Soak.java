package io.agentctl.soak;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.json.JsonText;
import io.agentctl.net.IpNetwork;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host with three sites and everything that can go wrong at the same time. At the end every pull of a site must be accounted for, in the sites' books
 * and in the daemon's audit log alike, and the daemon be as small as it was before.
 */
public final class Soak {
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** Longer than the controller waits for a write, and than it takes to fill all buffers in between on a busy machine. */
    private static final Duration SLOW_READER_SLEEPS = Duration.ofSeconds(15);

    private static final String USER = "automation";
    private static final String PASSWORD = "soak";

    /** What a JVM's heap, which is bounded by its options, and its compiled code may come to differ by. */
    private static final long MOST_GROWTH_IN_MIB = 16;

    private final Path folder;
    private final Path home;
    private final Path log;
    private final String launcher;
    private final long seed;
    private final PrintStream out;
    private final Violations violations = new Violations();
    private final List<Pulls> books = new ArrayList<>();
    private final List<SimulatedSite> sites = new ArrayList<>();
    private final Set<UUID> pulled = new HashSet<>();
    private final LongAdder renewals = new LongAdder();

    private Soak(Path folder, String launcher, long seed, PrintStream out) throws IOException {
        this.folder = folder;
        this.home = folder.resolve("home");
        this.log = folder.resolve("audit.log");
        this.launcher = launcher;
        this.seed = seed;
        this.out = out;
        Files.createDirectories(home, OwnerOnly.folder(home));
    }

    /**
     * Soaks.
     *
     * @param arguments an empty folder, the launcher, for how many seconds, the seed, and where to write the figures
     */
    public static void main(String[] arguments) throws Exception {
        Soak soak = new Soak(Path.of(arguments[0]), arguments[1], Long.parseLong(arguments[3]), System.out);
        boolean well = soak.run(Duration.ofSeconds(Long.parseLong(arguments[2])), Path.of(arguments[4]));
        System.exit(well ? 0 : 1);
    }

    private boolean run(Duration time, Path results) throws Exception {
        int port = UnusedPort.next();
        Files.writeString(home.resolve("cmk-agent-ctl.toml"), """
                pull_port = %d
                allowed_ip = ["127.0.0.0/8"]
                agent_timeout = 3
                audit_log = "%s"
                audit_log_size = 1024
                """.formatted(port, log));
        Files.createDirectories(home.resolve("run"));
        try (SoakAgent agent = new SoakAgent(home.resolve("run").resolve("check-mk-agent.socket"))) {
            List<Connection> connections = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                SimulatedSite site = new SimulatedSite(name, Clock.systemUTC());
                site.roster()
                        .user(USER, PASSWORD)
                        .host("guest", ConnectionMode.PULL)
                        .host("web1", ConnectionMode.PULL);
                sites.add(site);
            }
            for (SimulatedSite site : sites.subList(0, 2)) {
                Connection connection = site.enroll("web1", ConnectionMode.PULL);
                new ConnectionRegistry(home).update(registry -> registry.with(connection));
                connections.add(connection);
                pulled.add(connection.uuid());
            }
            Process daemon = start("-v", "daemon");
            try {
                awaitPort(port);
                boolean well = soak(daemon, connections, port, time, results);
                out.printf("runs of the agent: %d%n", agent.runs());
                return well;
            } finally {
                daemon.destroy();
                daemon.waitFor(30, TimeUnit.SECONDS);
                daemon.destroyForcibly();
            }
        } finally {
            sites.forEach(SimulatedSite::close);
        }
    }

    private boolean soak(Process daemon, List<Connection> connections, int port, Duration time, Path results)
            throws Exception {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        // All that is compiled and loaded once shall not count as growth.
        act(connections, at, Duration.ofSeconds(10));
        settle();
        Footprint before = Footprint.of(daemon.pid());
        out.printf("seed %d, %d s%nbefore: %s%n", seed, time.toSeconds(), before);
        Strangers strangers = act(connections, at, time);
        settle();
        Footprint after = Footprint.of(daemon.pid());
        out.printf("after:  %s%n%n", after);
        violations.demand(daemon.isAlive(), "the daemon has ended");
        violations.demand(
                after.descriptors() <= before.descriptors(), "descriptors leak: " + before + ", then " + after);
        violations.demand(after.threads() <= before.threads(), "threads leak: " + before + ", then " + after);
        violations.demand(
                after.residentMib() <= before.residentMib() + MOST_GROWTH_IN_MIB,
                "memory grows: " + before + ", then " + after);
        daemon.destroy();
        violations.demand(daemon.waitFor(30, TimeUnit.SECONDS), "the daemon does not stop");
        violations.demand(daemon.exitValue() == 0, "the daemon ended with status " + daemon.exitValue());
        account();
        violations.demand(renewals.sum() > 0, "nothing was renewed");
        report(strangers, before, after, results);
        return violations.all().isEmpty();
    }

    private Strangers act(List<Connection> connections, InetSocketAddress port, Duration time) throws Exception {
        SimulatedSite one = sites.get(0);
        SimulatedSite two = sites.get(1);
        Fetcher real = one.fetcher(connections.get(0).uuid());
        Strangers strangers = new Strangers(
                port,
                real,
                List.of(
                        real.anonymous(),
                        real.as(two.certificate()),
                        real.as(one.agentCa()
                                .issue("99f56bbc-5965-4b34-bc70-1959ad1d32d6")
                                .mint()),
                        real.as(one.ca().issue("one").expired().mint()),
                        real.askingFor("localhost")),
                violations);
        Actors actors = new Actors(violations);
        for (int i = 0; i < 2; i++) {
            actors.add("site " + (i + 1), PAUSE, pulling(i, connections, "127.0.1." + (i + 1), port, true));
            actors.add("site " + (i + 1) + " again", PAUSE, pulling(i, connections, "127.0.1." + (i + 11), port, true));
        }
        actors.add("flooded", Duration.ofSeconds(5), pulling(0, connections, SoakAgent.FLOOD, port, true));
        actors.add("whose agent dies", PAUSE, pulling(0, connections, SoakAgent.DIES, port, false));
        actors.add("whose agent hangs", PAUSE, pulling(1, connections, SoakAgent.HANGS, port, false));
        actors.add("slow reader", PAUSE, reading(connections.get(1), port));
        for (int i = 0; i < 6; i++) {
            actors.add("stranger " + i, Duration.ZERO, strangers.somebody(seed + i));
        }
        actors.add("registrations", Duration.ofSeconds(1), this::registerAndDelete);
        actors.add("renewals", Duration.ofSeconds(2), this::renew);
        actors.actFor(time);
        return strangers;
    }

    private Actors.Deed pulling(
            int site, List<Connection> connections, String from, InetSocketAddress port, boolean served) {
        Pulls book = book(from);
        Fetcher fetcher = sites.get(site).fetcher(connections.get(site).uuid()).from(address(from));
        long length = from.equals(SoakAgent.FLOOD)
                ? (SoakAgent.FLOOD_SIZE + SoakAgent.OUTPUT.length() - 1)
                        / SoakAgent.OUTPUT.length()
                        * SoakAgent.OUTPUT.length()
                : SoakAgent.OUTPUT.length();
        return () -> {
            long begin = System.nanoTime();
            Pull pull = fetcher.pull(port);
            book.count(pull.isComplete(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            violations.demand(
                    pull.isComplete() == served && (!served || pull.payload().length() == length),
                    "a pull by " + from + " should " + (served ? "" : "not ") + "be whole: " + pull.end() + " "
                            + pull.detail() + ", " + pull.payload().length() + " bytes");
        };
    }

    /** Some bytes, and then none for longer than the controller waits for a write. */
    private Actors.Deed reading(Connection connection, InetSocketAddress port) {
        Pulls book = book(SoakAgent.SLOW_READER);
        Fetcher fetcher = sites.get(1).fetcher(connection.uuid()).from(address(SoakAgent.SLOW_READER));
        return () -> {
            try (Fetching fetching = fetcher.open(port)) {
                fetching.awaitPayload(1);
                Thread.sleep(SLOW_READER_SLEEPS.toMillis());
                Pull pull = fetching.finish();
                book.count(pull.isComplete(), 0);
                violations.demand(!pull.isComplete(), "a slow reader was waited for");
            }
        };
    }

    private synchronized Pulls book(String who) {
        for (Pulls book : books) {
            if (book.who().equals(who)) {
                return book;
            }
        }
        Pulls book = new Pulls(who);
        books.add(book);
        return book;
    }

    /** The daemon may renew, and others may register, at the same moment: then theirs stays, and that is said. */
    private void renew() throws Exception {
        Set<String> former = pulledCertificates();
        Process process = start("renew-certificate", "--all", "--force");
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            String told = lastLine("renew-certificate");
            violations.demand(
                    Stream.of(told.split("; connection", -1))
                            .allMatch(each -> each.contains("was changed while it was being renewed")),
                    told);
        }
        renewals.add(pulledCertificates().stream()
                .filter(certificate -> !former.contains(certificate))
                .count());
    }

    private Set<String> pulledCertificates() throws RegistryException {
        return new ConnectionRegistry(home)
                .read().connections().stream()
                        .filter(connection -> pulled.contains(connection.uuid()))
                        .map(Connection::certificate)
                        .collect(Collectors.toSet());
    }

    private String lastLine(String verb) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(verb + ".log"));
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private void registerAndDelete() throws Exception {
        SimulatedSite three = sites.get(2);
        command(
                "register",
                "--server",
                "localhost:" + three.receiverPort(),
                "--site",
                three.name(),
                "--hostname",
                "guest",
                "--user",
                USER,
                "--password",
                PASSWORD,
                "--trust-cert");
        command("delete", "localhost/" + three.name());
    }

    /** What the daemon has written of each puller must be what that puller saw. */
    private void account() throws Exception {
        Map<String, long[]> told = new LinkedHashMap<>();
        for (String line : Files.readAllLines(log)) {
            Map<String, Object> event = JsonText.object(line);
            String peer = String.valueOf(event.get("peer"));
            switch (String.valueOf(event.get("event"))) {
                case "served" -> told.computeIfAbsent(peer, key -> new long[2])[0]++;
                case "failed" -> told.computeIfAbsent(peer, key -> new long[2])[1]++;
                default -> {
                    continue;
                }
            }
            violations.demand(peer.startsWith("127.0.1."), "the audit log tells of a stranger who was served: " + line);
        }
        for (Pulls book : books) {
            long[] counts = told.getOrDefault(book.who(), new long[2]);
            violations.demand(
                    counts[0] == book.whole() && counts[1] == book.tried() - book.whole(),
                    book.who() + " saw " + book.whole() + " whole pulls of " + book.tried()
                            + ", the audit log tells of " + counts[0] + " served and " + counts[1] + " failed");
        }
    }

    private void report(Strangers strangers, Footprint before, Footprint after, Path results) throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("seed", seed);
        out.printf("%-14s %8s %8s %12s%n", "puller", "pulls", "whole", "slowest ms");
        for (Pulls book : books) {
            out.printf("%-14s %8d %8d %12d%n", book.who(), book.tried(), book.whole(), book.slowestMillis());
            figures.put(
                    book.who(),
                    Map.of("pulls", book.tried(), "whole", book.whole(), "slowest_ms", book.slowestMillis()));
        }
        out.printf(
                "%-14s %8d, %d of them turned away before TLS%n",
                "strangers", strangers.visits(), strangers.turnedAway());
        out.printf("%-14s %8d%n%n", "renewals", renewals.sum());
        figures.put("renewals", renewals.sum());
        figures.put("strangers", strangers.visits());
        figures.put("turned_away", strangers.turnedAway());
        figures.put("before", before.toString());
        figures.put("after", after.toString());
        figures.put("violations", violations.all());
        Files.createDirectories(results.toAbsolutePath().getParent());
        Files.writeString(results, JsonText.pretty(figures));
        violations.all().forEach(violation -> out.println("VIOLATION: " + violation));
        if (violations.all().isEmpty()) {
            out.println("All is accounted for.");
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(launcher));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("DEBUG_HOME_DIR", home.toString());
        builder.environment().put("DEBUG_CONNECTION_TIMEOUT", "5");
        builder.environment().put("AGENT_CTL_ALLOW_ROOT", "true");
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(arguments[0] + ".log").toFile()));
        return builder.start();
    }

    private void command(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " ended with status " + process.exitValue() + ": "
                    + lastLine(arguments[0]));
        }
    }

    /** Idle threads end within seconds, and connections of strangers within the time-out. */
    private static void settle() throws InterruptedException {
        Thread.sleep(15_000);
    }

    private static void awaitPort(int port) throws InterruptedException {
        for (int tries = 0; tries < 300; tries++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("the daemon does not listen");
    }

    private static InetAddress address(String text) {
        return IpNetwork.parse(text).address();
    }
}

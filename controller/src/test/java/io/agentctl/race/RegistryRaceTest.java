package io.agentctl.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.PullPolicy;
import io.agentctl.pki.PkiException;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import io.agentctl.race.Operation.Outcome;
import io.agentctl.race.Operation.Verb;
import io.agentctl.registration.ProxiedConnection;
import io.agentctl.site.Roster;
import io.agentctl.site.Signing;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands of three workers, some of them killed, and two daemons that renew, all at one home: what is there in the end is what the
 * same operations leave in some order, one after the other. {@code -Drace.seed=N} and {@code -Drace.operations=N} make other races.
 */
class RegistryRaceTest {
    private static final long SEED = Long.getLong("race.seed", 4711);
    private static final int OPERATIONS = Integer.getInteger("race.operations", 8);
    private static final int WORKERS = 3;

    /** Names of the same server, and so of different connections: two for all, and one for each worker. */
    private static final List<String> SERVERS =
            List.of("localhost", "127.0.0.1", "LOCALHOST", "Localhost", "LocalHost");

    private static final int SHARED = 2;
    private static final int IMPORTED = 2;
    private static final double KILLED = 0.15;
    private static final Pattern LISTENING = Pattern.compile("INFO pull: listening on \\S+:(\\d+)\n");

    private static final List<Verb> VERBS = List.of(
            Verb.REGISTER,
            Verb.REGISTER,
            Verb.REGISTER,
            Verb.IMPORT,
            Verb.DELETE,
            Verb.DELETE,
            Verb.RENEW,
            Verb.RENEW,
            Verb.DELETE_ALL,
            Verb.ALLOW_LEGACY_PULL);

    @TempDir
    private Path folder;

    private SimulatedSite site;
    private Controller controller;
    private List<Connection> proxied;

    /** By UUID, the keys that the site has certified: at the registration, and at every renewal since. */
    private final Map<String, List<PublicKey>> certified = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.roster().user("automation", "geheim").anyHost(ConnectionMode.PULL);
        // Due at once, for the daemons to renew.
        Instant end = Instant.now().plus(Duration.ofDays(30));
        Signing due = Signing.valid(end.minus(Duration.ofDays(1800)), end);
        site.signing((ca, request) -> {
            certified
                    .computeIfAbsent(request.commonName(), uuid -> new CopyOnWriteArrayList<>())
                    .add(request.publicKey());
            return due.sign(ca, request);
        });
        controller = Controller.at(folder.resolve("home"));
        proxied = new ArrayList<>();
        for (int i = 0; i < IMPORTED; i++) {
            Connection connection = site.enroll("imported" + i, ConnectionMode.PULL);
            proxied.add(connection);
            Files.writeString(file(i), ProxiedConnection.toJson(connection, "1.0"));
        }
    }

    @AfterEach
    void stop() {
        site.close();
    }

    /** As many processes as there are operations. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void endsAsSomeOrderWould() throws Exception {
        System.out.println("race.seed=" + SEED + " race.operations=" + OPERATIONS);
        try (RunningController first = daemon();
                RunningController second = daemon()) {
            History history = race();

            HomeState found = found();
            assertThat(history.explains(found))
                    .as("race.seed=%s: what some order of these leaves:%n%sis not%n%s", SEED, history, found)
                    .isTrue();
            assertThat(temporaryFiles()).isEmpty();
            afterwardsAllGoesOn(first, second);
        }
    }

    private History race() {
        List<CompletableFuture<List<Operation>>> workers = IntStream.range(0, WORKERS)
                .mapToObj(worker -> CompletableFuture.supplyAsync(
                        () -> operations(worker, new Random(SEED * WORKERS + worker)),
                        task -> new Thread(task, "worker " + worker).start()))
                .toList();
        return new History(workers.stream().map(CompletableFuture::join).toList());
    }

    private List<Operation> operations(int worker, Random random) {
        List<Operation> operations = new ArrayList<>();
        try {
            for (int number = 0; number < OPERATIONS; number++) {
                operations.add(operation(worker, "host" + worker + "-" + number, random));
            }
            return operations;
        } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private Operation operation(int worker, String host, Random random) throws IOException, InterruptedException {
        Verb verb = VERBS.get(random.nextInt(VERBS.size()));
        String server = SERVERS.get(random.nextInt(3) == 0 ? SHARED + worker : random.nextInt(SHARED));
        int proxy = random.nextInt(IMPORTED);
        boolean isAboutImported = verb == Verb.IMPORT || (verb == Verb.DELETE && random.nextInt(3) == 0);
        String name = isAboutImported ? proxied.get(proxy).uuid().toString() : server + "/prod";
        String[] command = switch (verb) {
            case REGISTER -> registering(server, host);
            case IMPORT -> new String[] {"import", file(proxy).toString()};
            case DELETE -> new String[] {"delete", name};
            case RENEW -> new String[] {"renew-certificate", name};
            case DELETE_ALL -> new String[] {"delete-all"};
            case ALLOW_LEGACY_PULL -> new String[] {"delete-all", "--enable-insecure-connections"};
        };
        long begin = System.nanoTime();
        Outcome outcome = outcome(command, random.nextDouble() < KILLED, random.nextInt(1500));
        long end = System.nanoTime();
        return switch (verb) {
            case REGISTER -> new Operation(verb, name, host, begin, end, outcome);
            case IMPORT -> new Operation(verb, name, "imported" + proxy, begin, end, outcome);
            case DELETE, RENEW -> new Operation(verb, name, "", begin, end, outcome);
            case DELETE_ALL, ALLOW_LEGACY_PULL -> new Operation(verb, "", "", begin, end, outcome);
        };
    }

    private String[] registering(String server, String host) {
        return new String[] {
            "register",
            "--server",
            server + ":" + site.receiverPort(),
            "--site",
            "prod",
            "--hostname",
            host,
            "--user",
            "automation",
            "--password",
            "geheim",
            "--trust-cert",
            "--agent",
            "exec:true"
        };
    }

    private Outcome outcome(String[] command, boolean isToBeKilled, int afterMillis)
            throws IOException, InterruptedException {
        try (RunningController running = controller.start(command)) {
            if (isToBeKilled) {
                // At any moment, that is the point: whatever it has done by then will do.
                TimeUnit.MILLISECONDS.sleep(afterMillis);
                running.kill();
            }
            Transcript end = running.awaitEnd();
            if (end.exitStatus() == 128 + 9) {
                return Outcome.KILLED;
            }
            if (end.exitStatus() != 0) {
                end.exits(1)
                        .assertStderr()
                        .matches("(?s)\\S+: (there is no connection '.*|connection \\S+ was changed while .*)\n");
                return Outcome.FAILED;
            }
            return Outcome.DONE;
        }
    }

    private HomeState found() throws Exception {
        PullPolicy policy = new ConnectionRegistry(controller.home()).pullPolicy();
        Map<String, HomeState.Origin> connections = new TreeMap<>();
        for (Connection connection : policy.registry().connections()) {
            Roster.Registration registration =
                    site.roster().registration(connection.uuid()).orElseThrow();
            connections.put(connection.name(), new HomeState.Origin(registration.hostName(), isRenewed(connection)));
        }
        return new HomeState(connections, policy.legacyPullMarker());
    }

    /** Demands that key and certificate belong together, and are what the site has certified. */
    private boolean isRenewed(Connection connection) throws PkiException {
        PublicKey key = connection.identity().certificate().getPublicKey();
        if (connection.receiver().isEmpty()) {
            return false;
        }
        List<PublicKey> keys = certified.get(connection.uuid().toString());
        assertThat(keys).contains(key);
        return !keys.get(0).equals(key);
    }

    /** The next registration succeeds, and both daemons serve it and all others. */
    private void afterwardsAllGoesOn(RunningController... daemons) throws Exception {
        controller.run(registering(SERVERS.get(0), "last")).exits(0);
        List<Connection> last = new ConnectionRegistry(controller.home()).read().connections();
        for (RunningController daemon : daemons) {
            for (Connection connection : last) {
                Eventually.becomes(connection + " is served", () -> isServed(connection, daemon));
            }
            assertThat(daemon.countOnStderr("ERROR")).as(daemon.stderr()).isZero();
        }
    }

    private boolean isServed(Connection connection, RunningController daemon) {
        Matcher listening = LISTENING.matcher(daemon.stderr());
        int port = 0;
        while (listening.find()) {
            port = Integer.parseInt(listening.group(1));
        }
        try {
            return site.fetcher(connection.uuid())
                    .pull(MonitoredHost.at(port))
                    .payload()
                    .equals("<<<check_mk>>>\n");
        } catch (IOException e) {
            // Not open yet.
            return false;
        }
    }

    private RunningController daemon() throws IOException {
        return controller.start("-v", "daemon", "--port", "0", "--agent", "exec:echo '<<<check_mk>>>'");
    }

    private Path file(int proxy) {
        return folder.resolve("proxied" + proxy + ".json");
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(controller.home())) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }
}

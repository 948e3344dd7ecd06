package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.ThreadLog;
import io.agentctl.connection.FaultyDisk.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A change that ends at any of its steps, by a crash or by a refusal: the old registry or the new one, and nothing in between. */
class CrashTest {
    private static final Connection OLD = connection("h/renewed", "old");
    private static final Connection NEW = OLD.with("new key", "new certificate");
    private static final Connection OTHER = connection("h/other", "other");

    private static final String COORDINATES = "{\"pull\": {\"h:8000/renewed\": {\"uuid\": \"" + OLD.uuid()
            + "\", \"private_key\": \"old key\", \"certificate\": \"old certificate\", \"root_cert\": \"old root\"}}}";

    private static final String MARKER = "allow-legacy-pull";

    @TempDir
    private Path folder;

    private final ThreadLog log = ThreadLog.of("io.agentctl.connection", Thread.currentThread());

    @AfterEach
    void stopListening() {
        log.close();
    }

    /** What is done to a registry. */
    private interface Change {
        void to(ConnectionRegistry registry) throws RegistryException;
    }

    /**
     * A change and what it is made to.
     *
     * @param name for people
     * @param before makes the home as it was
     * @param change changes it
     */
    private record Scenario(String name, Preparation before, Change change) {
        private interface Preparation {
            void of(ConnectionRegistry registry) throws IOException;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario(
                    "a renewal",
                    registry -> registry.update(present -> present.with(OLD).with(OTHER)),
                    changing(present -> present.replacing(Map.of(OLD, NEW)))),
            new Scenario("the first registration", registry -> {}, changing(present -> present.with(NEW))),
            new Scenario(
                    "the registration that ends legacy pull",
                    ConnectionRegistry::clearAndAllowLegacyPull,
                    changing(present -> present.with(NEW))),
            new Scenario(
                    "a renewal of a registry of Checkmk 2.1",
                    registry -> Files.writeString(registry.file(), COORDINATES),
                    changing(present -> present.replacing(Map.of(OLD, NEW)))),
            new Scenario(
                    "the deletion of all",
                    registry -> registry.update(present -> present.with(OLD).with(OTHER)),
                    changing(present -> present.without(connection -> true))),
            new Scenario(
                    "the deletion of all where a marker was left",
                    registry -> {
                        registry.update(present -> present.with(OLD));
                        Files.createFile(registry.file().resolveSibling(MARKER));
                    },
                    changing(present -> present.without(connection -> true))),
            new Scenario(
                    "the end of legacy pull",
                    ConnectionRegistry::clearAndAllowLegacyPull,
                    changing(present -> present.without(connection -> true))),
            new Scenario(
                    "the begin of legacy pull",
                    registry -> registry.update(present -> present.with(OLD)),
                    ConnectionRegistry::clearAndAllowLegacyPull),
            new Scenario(
                    "the begin of legacy pull on a host without connections",
                    registry -> registry.update(present -> present),
                    ConnectionRegistry::clearAndAllowLegacyPull),
            new Scenario(
                    "the begin of legacy pull on a host without anything",
                    registry -> {},
                    ConnectionRegistry::clearAndAllowLegacyPull));

    static Stream<Arguments> crashes() {
        return combinations(false);
    }

    static Stream<Arguments> refusals() {
        return combinations(true);
    }

    private static Stream<Arguments> combinations(boolean ofDisk) {
        return SCENARIOS.stream()
                .flatMap(scenario -> Stream.of(Fault.values())
                        .filter(fault -> fault.isOfDisk() == ofDisk)
                        .map(fault -> Arguments.of(scenario, fault)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("crashes")
    void leavesTheOldStateOrTheNewOne(Scenario scenario, Fault fault) throws IOException {
        Meaning before = Meaning.of(prepared(scenario, "before"));
        Meaning after = Meaning.of(changed(scenario, "after"));
        List<Meaning> found = new ArrayList<>();
        for (int step = 1; ; step++) {
            Path home = prepared(scenario, "step" + step);
            FaultyDisk disk = new FaultyDisk(home, step, fault, "the machine is dead");

            Optional<RegistryException> failure = failureOf(scenario.change(), new ConnectionRegistry(home, disk));

            if (!disk.hasFailed()) {
                assertThat(failure).isEmpty();
                disk.cutPower();
                assertThat(Meaning.of(home)).as("what was done is not undone").isEqualTo(after);
                break;
            }
            found.add(Meaning.of(home));
            assertThat(found.get(step - 1)).as("died at step %s", step).isIn(before, after);
            nextChangeWorks(home, found.get(step - 1));
        }
        assertThat(found)
                .as("there is one step that makes the change")
                .startsWith(before)
                .hasSizeGreaterThan(1)
                .isEqualTo(Stream.concat(
                                found.stream().filter(before::equals),
                                found.stream().filter(state -> !state.equals(before)))
                        .toList());
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("refusals")
    void aFailureChangesNothingAndASuccessAll(Scenario scenario, Fault fault) throws IOException {
        Meaning before = Meaning.of(prepared(scenario, "before"));
        Meaning after = Meaning.of(changed(scenario, "after"));
        for (int step = 1; ; step++) {
            Path home = prepared(scenario, "step" + step);
            FaultyDisk disk = new FaultyDisk(home, step, fault, "Input/output error");
            int linesBefore = log.lines().size();

            Optional<RegistryException> failure = failureOf(scenario.change(), new ConnectionRegistry(home, disk));

            if (!disk.hasFailed()) {
                assertThat(step).isGreaterThan(2);
                return;
            }
            Meaning now = Meaning.of(home);
            if (failure.isEmpty()) {
                assertThat(now).as("succeeded in spite of step %s", step).isEqualTo(after);
                assertThat(log.lines().subList(linesBefore, log.lines().size()))
                        .isNotEmpty()
                        .allSatisfy(
                                line -> assertThat(line).startsWith("WARNING ").contains(home.toString()));
            } else {
                assertThat(now).as("failed at step %s", step).isEqualTo(before);
                assertThat(failure.get())
                        .hasMessageContaining(home.toString())
                        .hasMessageEndingWith(": Input/output error; the disk fails: the kernel's log says more");
            }
            if (fault == Fault.REFUSAL) {
                assertThat(temporaryFiles(home)).isEmpty();
            }
            nextChangeWorks(home, now);
        }
    }

    private static void nextChangeWorks(Path home, Meaning now) throws IOException {
        Connection later = connection("h/later", "later");

        new ConnectionRegistry(home).update(present -> present.with(later));

        List<Connection> expected = new ArrayList<>(now.registry().connections());
        expected.add(later);
        assertThat(new ConnectionRegistry(home).read().connections()).isEqualTo(expected);
        assertThat(temporaryFiles(home)).isEmpty();
        assertThat(home.resolve(MARKER)).doesNotExist();
    }

    /** What a home means to whoever reads it. */
    private record Meaning(Registry registry, PullPolicy.Mode mode) {
        static Meaning of(Path home) throws RegistryException {
            PullPolicy policy = new ConnectionRegistry(home).pullPolicy();
            return new Meaning(policy.registry(), policy.mode());
        }
    }

    private Path prepared(Scenario scenario, String name) throws IOException {
        Path home = Files.createDirectory(folder.resolve(name));
        scenario.before().of(new ConnectionRegistry(home));
        return home;
    }

    private Path changed(Scenario scenario, String name) throws IOException {
        Path home = prepared(scenario, name);
        scenario.change().to(new ConnectionRegistry(home));
        return home;
    }

    private static Optional<RegistryException> failureOf(Change change, ConnectionRegistry registry) {
        try {
            change.to(registry);
            return Optional.empty();
        } catch (RegistryException e) {
            return Optional.of(e);
        }
    }

    private static Change changing(UnaryOperator<Registry> change) {
        return registry -> registry.update(change);
    }

    private static List<Path> temporaryFiles(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    private static Connection connection(String site, String text) {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(SiteId.parse(site), 8000),
                UUID.nameUUIDFromBytes(site.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                text + " key",
                text + " certificate",
                text + " root");
    }
}

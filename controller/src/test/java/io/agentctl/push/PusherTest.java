package io.agentctl.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One output for several sites, of which some are in trouble. */
class PusherTest {
    private static final String OUTPUT = "<<<check_mk>>>\nVersion: 2.3.0\n";
    private static final Retries THREE_TIMES =
            new Retries(List.of(Duration.ofMillis(1), Duration.ofMillis(1)), Duration.ofMinutes(10));

    @TempDir
    private Path folder;

    private final SpokenAgent agent = new SpokenAgent(OUTPUT);
    private SimulatedSite good;
    private SimulatedSite bad;
    private Connection toGood;
    private Connection toBad;

    @BeforeEach
    void start() throws IOException {
        good = new SimulatedSite("good", Clock.systemUTC());
        bad = new SimulatedSite("bad", Clock.systemUTC());
        toGood = good.enroll("web1", ConnectionMode.PUSH);
        toBad = bad.enroll("web1", ConnectionMode.PUSH);
    }

    @AfterEach
    void stop() {
        good.close();
        bad.close();
    }

    @Test
    void collectsOnceForAllSites() throws Exception {
        assertThat(pusher(Retries.NONE).push(List.of(toGood, toBad)))
                .containsExactly(new PushResult(toGood, Optional.empty()), new PushResult(toBad, Optional.empty()));

        assertThat(agent.requesters()).containsExactly(Requester.OURSELVES);
        assertThat(good.roster().delivered(toGood.uuid())).containsExactly(OUTPUT);
        assertThat(bad.roster().delivered(toBad.uuid())).containsExactly(OUTPUT);
    }

    @Test
    void doesNotRunTheAgentForNobody() throws Exception {
        assertThat(pusher(Retries.NONE).push(List.of())).isEmpty();

        assertThat(agent.requesters()).isEmpty();
    }

    @Test
    void tellsOfEverySiteInOrder() throws Exception {
        List<Connection> connections = IntStream.range(0, 40)
                .mapToObj(number -> good.enroll("web" + number, ConnectionMode.PUSH))
                .toList();

        assertThat(pusher(Retries.NONE).push(connections))
                .isEqualTo(connections.stream()
                        .map(connection -> new PushResult(connection, Optional.empty()))
                        .toList());
    }

    @Test
    void isNotStoppedByASiteInTrouble() throws Exception {
        bad.fault(Endpoint.AGENT_DATA, Fault.html(500));

        assertThat(pusher(Retries.NONE).push(List.of(toBad, toGood)))
                .containsExactly(
                        new PushResult(
                                toBad,
                                Optional.of("the agent receiver at " + bad.address() + " refused to take data of "
                                        + toBad.uuid()
                                        + " (HTTP status 500); the site's log of its agent receiver tells more")),
                        new PushResult(toGood, Optional.empty()));
        assertThat(good.roster().delivered(toGood.uuid())).containsExactly(OUTPUT);
    }

    @Test
    void isNotDelayedByASiteThatHangs() throws Exception {
        Fault.Silence silence = new Fault.Silence();
        bad.fault(Endpoint.AGENT_DATA, silence);

        CompletableFuture<List<PushResult>> results = CompletableFuture.supplyAsync(() -> {
            try {
                return pusher(Retries.NONE).push(List.of(toBad, toGood));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        silence.awaitAsked();
        Eventually.becomes(
                "the good site has the output",
                () -> good.roster().delivered(toGood.uuid()).size() == 1);
        assertThat(results).isNotDone();
        silence.release();

        assertThat(results.get(1, TimeUnit.MINUTES))
                .containsExactly(new PushResult(toBad, Optional.empty()), new PushResult(toGood, Optional.empty()));
    }

    @Test
    void givesUpOnASiteThatHangs() throws Exception {
        Fault.Silence silence = new Fault.Silence();
        bad.fault(Endpoint.AGENT_DATA, silence);
        Timeouts brief = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

        List<PushResult> results = pusher(agent, Retries.NONE, brief).push(List.of(toBad, toGood));

        assertThat(results.get(0).failure().orElseThrow())
                .startsWith("cannot reach localhost:" + bad.receiverPort() + ": no answer");
        assertThat(results.get(1).failure()).isEmpty();
        silence.release();
    }

    static Stream<Fault> passing() {
        return Stream.of(Fault.html(500), Fault.html(503), Fault.detail(599, "later"), Fault.HANG_UP);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void triesAgainWhatMayPass(Fault fault) throws Exception {
        bad.fault(Endpoint.AGENT_DATA, Fault.times(2, fault));

        assertThat(pusher(THREE_TIMES).push(List.of(toBad))).containsExactly(new PushResult(toBad, Optional.empty()));

        assertThat(bad.requests(Endpoint.AGENT_DATA)).hasSize(3);
        assertThat(bad.roster().delivered(toBad.uuid())).containsExactly(OUTPUT);
        assertThat(agent.requesters()).hasSize(1);
    }

    @Test
    void doesNotTryForEver() throws Exception {
        bad.fault(Endpoint.AGENT_DATA, Fault.html(503));

        assertThat(pusher(THREE_TIMES).push(List.of(toBad)).get(0).failure()).isPresent();

        assertThat(bad.requests(Endpoint.AGENT_DATA)).hasSize(3);
    }

    @Test
    void doesNotTryLate() throws Exception {
        bad.fault(Endpoint.AGENT_DATA, Fault.html(503));
        Retries late = new Retries(List.of(Duration.ofHours(1)), Duration.ofMinutes(59));

        assertThat(pusher(late).push(List.of(toBad)).get(0).failure()).isPresent();

        assertThat(bad.requests(Endpoint.AGENT_DATA)).hasSize(1);
    }

    static Stream<Fault> lasting() {
        return Stream.of(
                Fault.detail(403, "Host is not registered."),
                Fault.detail(422, "no"),
                Fault.body(302, "text/plain", ""));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void doesNotTryAgainWhatStays(Fault fault) throws Exception {
        bad.fault(Endpoint.AGENT_DATA, fault);

        assertThat(pusher(THREE_TIMES).push(List.of(toBad)).get(0).failure()).isPresent();

        assertThat(bad.requests(Endpoint.AGENT_DATA)).hasSize(1);
    }

    @Test
    void knowsNoSiteByAKeyThatCannotBeUsed() throws Exception {
        Connection broken = Connection.registered(
                ConnectionMode.PUSH, bad.address(), toBad.uuid(), "broken", toBad.certificate(), toBad.rootCert());

        List<PushResult> results = pusher(THREE_TIMES).push(List.of(broken, toGood));

        assertThat(results.get(0).failure().orElseThrow()).endsWith("; register it again");
        assertThat(results.get(1).failure()).isEmpty();
    }

    @Test
    void sendsNothingOfAnAgentThatFails() throws Exception {
        AgentSource failing = AgentSource.parse("exec:echo '<<<check_mk>>>'; exit 7", AgentSource.DEFAULT_PATIENCE);

        List<PushResult> results =
                pusher(failing, THREE_TIMES, Timeouts.PATIENT).push(List.of(toBad, toGood));

        assertThat(results).extracting(PushResult::connection).containsExactly(toBad, toGood);
        assertThat(results)
                .allSatisfy(result -> assertThat(result.failure().orElseThrow())
                        .contains("7")
                        .isEqualTo(results.get(0).failure().orElseThrow()));
        assertThat(good.requests()).isEmpty();
        assertThat(bad.requests()).isEmpty();
    }

    @Test
    void givesUpWhenItIsInterrupted() throws Exception {
        Fault.Silence silence = new Fault.Silence();
        bad.fault(Endpoint.AGENT_DATA, silence);
        Timeouts brief = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
        SpokenAgent large = new SpokenAgent(
                new String(new java.util.Random(1).ints(2_000_000, ' ', 0x100).toArray(), 0, 2_000_000));
        AtomicReference<Throwable> end = new AtomicReference<>();

        Thread thread = new Thread(() -> {
            try {
                pusher(large, THREE_TIMES, brief).push(List.of(toBad));
            } catch (InterruptedException e) {
                end.set(e);
            }
        });
        thread.start();
        silence.awaitAsked();
        thread.interrupt();
        thread.join(TimeUnit.MINUTES.toMillis(1));

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        silence.release();
    }

    private Pusher pusher(Retries retries) {
        return pusher(agent, retries, Timeouts.PATIENT);
    }

    private Pusher pusher(AgentSource source, Retries retries, Timeouts timeouts) {
        return new Pusher(
                source,
                1,
                folder,
                new HttpSites(ProxyEnvironment.DIRECT, timeouts, Clock.systemUTC()),
                retries,
                AuditLog.NONE);
    }
}

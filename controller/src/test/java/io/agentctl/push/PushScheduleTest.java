package io.agentctl.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.ThreadLog;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Sites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes again and again, with a minute that lasts a few milliseconds. */
class PushScheduleTest {
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path home;

    private final SpokenAgent agent = new SpokenAgent("<<<check_mk>>>\n");
    private ConnectionRegistry registry;
    private SimulatedSite site;
    private Connection connection;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        registry = new ConnectionRegistry(home);
        connection = site.enroll("web1", ConnectionMode.PUSH);
        registry.update(present -> present.with(connection));
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(TimeUnit.MINUTES.toMillis(1));
        site.close();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void pushesAgainAndAgain() throws InterruptedException {
        schedule(Duration.ZERO, SOON, sites()).start();

        Eventually.becomes("there were three pushes", () -> delivered() >= 3);
    }

    @Test
    void beginsAfterAWhile() throws InterruptedException {
        schedule(NEVER, SOON, sites()).start();

        Eventually.becomes("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(agent.requesters()).isEmpty();
    }

    @Test
    void waitsForThePeriodToPass() throws InterruptedException {
        schedule(Duration.ZERO, NEVER, sites()).start();

        Eventually.becomes("there was a push", () -> delivered() == 1);
        Eventually.becomes("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(agent.requesters()).hasSize(1);
    }

    @Test
    void neverPushesTwiceAtTheSameTime() throws InterruptedException {
        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.AGENT_DATA, silence);
        schedule(Duration.ZERO, Duration.ZERO, sites()).start();

        silence.awaitAsked();
        assertThat(agent.requesters()).hasSize(1);
        assertThat(site.requests(Endpoint.AGENT_DATA)).hasSize(1);
        silence.release();

        Eventually.becomes("there were five pushes", () -> delivered() >= 5);
        assertThat(agent.mostRunning()).isEqualTo(1);
    }

    @Test
    void asksForTheConnectionsEveryTime() throws Exception {
        try (SimulatedSite second = new SimulatedSite("second", Clock.systemUTC())) {
            Connection toSecond = second.enroll("web1", ConnectionMode.PUSH);
            schedule(Duration.ZERO, SOON, sites()).start();
            Eventually.becomes("there was a push", () -> delivered() >= 1);

            registry.update(present -> present.with(toSecond).without(connection::equals));

            awaitCycles(second, toSecond);
            int delivered = delivered();
            awaitCycles(second, toSecond);
            assertThat(delivered()).isEqualTo(delivered);
        }
    }

    @Test
    void tellsATroubleOnceUntilItChanges() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        site.fault(Endpoint.AGENT_DATA, (exchange, proper) -> {
            Fault fault = switch (count.incrementAndGet()) {
                case 1, 2, 3 -> Fault.html(500);
                case 4, 5 -> Fault.html(503);
                case 6 -> Fault.NONE;
                default -> Fault.html(500);
            };
            fault.apply(exchange, proper);
        });
        Thread pushing = schedule(Duration.ZERO, SOON, sites());
        try (ThreadLog log = ThreadLog.of("io.agentctl.push", pushing)) {
            pushing.start();
            Eventually.becomes("there were ten tries", () -> count.get() >= 10);

            String refusal = "WARNING push to localhost/prod: the agent receiver at " + site.address()
                    + " refused to take data of " + connection.uuid() + " (HTTP status ";
            assertThat(log.lines())
                    .containsExactly(
                            refusal + "500); the site's log of its agent receiver tells more",
                            refusal + "503); is the site running?",
                            "INFO push to localhost/prod: done",
                            refusal + "500); the site's log of its agent receiver tells more");
        }
    }

    @Test
    void outlivesARegistryThatCannotBeRead() throws Exception {
        String text = Files.readString(registry.file());
        Files.writeString(registry.file(), "no registry");
        Thread pushing = schedule(Duration.ZERO, SOON, sites());
        Logger logger = Logger.getLogger("io.agentctl.push");
        try (ThreadLog log = ThreadLog.of("io.agentctl.push", pushing)) {
            logger.setLevel(Level.FINE);
            pushing.start();
            Eventually.becomes(
                    "it was noticed", () -> log.lines().stream().anyMatch(line -> line.startsWith("FINE cannot")));
        } finally {
            logger.setLevel(null);
        }

        Files.writeString(registry.file(), text);

        Eventually.becomes("there was a push", () -> delivered() >= 1);
    }

    @Test
    void outlivesADefect() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        Sites defective = target -> {
            if (count.incrementAndGet() == 1) {
                throw new IllegalStateException("a defect");
            }
            return sites().receiverOf(target);
        };
        Thread pushing = schedule(Duration.ZERO, SOON, defective);
        try (ThreadLog log = ThreadLog.of("io.agentctl.push", pushing)) {
            pushing.start();

            Eventually.becomes("there was a push", () -> delivered() >= 1);
            assertThat(log.lines()).first().asString().startsWith("SEVERE push: unexpected failure: ");
        }
    }

    @Test
    void endsInTheMiddleOfAPush() throws InterruptedException {
        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.AGENT_DATA, silence);
        schedule(Duration.ZERO, SOON, brief()).start();
        silence.awaitAsked();

        thread.interrupt();

        thread.join(TimeUnit.MINUTES.toMillis(1));
        assertThat(thread.isAlive()).isFalse();
        assertThat(site.requests(Endpoint.AGENT_DATA)).hasSize(1);
        silence.release();
    }

    private Thread schedule(Duration firstDelay, Duration period, Sites sites) {
        thread = new Thread(
                new PushSchedule(
                        registry, new Pusher(agent, 1, home, sites, Retries.NONE, AuditLog.NONE), firstDelay, period),
                "push");
        return thread;
    }

    private static Sites sites() {
        return new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, Clock.systemUTC());
    }

    private static Sites brief() {
        return new HttpSites(
                ProxyEnvironment.DIRECT, new Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(3)), Clock.systemUTC());
    }

    private int delivered() {
        return site.roster().delivered(connection.uuid()).size();
    }

    /** Waits until a cycle has begun and ended. */
    private static void awaitCycles(SimulatedSite site, Connection connection) throws InterruptedException {
        int before = site.roster().delivered(connection.uuid()).size();
        Eventually.becomes(
                "there were two pushes more",
                () -> site.roster().delivered(connection.uuid()).size() >= before + 2);
    }
}

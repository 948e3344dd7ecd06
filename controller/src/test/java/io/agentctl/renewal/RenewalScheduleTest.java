package io.agentctl.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Sites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the renewals are looked at, in hours that pass at once. */
class RenewalScheduleTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final Duration FIRST_DELAY = Duration.ofSeconds(17);
    private static final Logger LOG = Logger.getLogger("io.agentctl.renewal");

    @TempDir
    private Path home;

    private final SettableClock clock = new SettableClock(NOW);
    private final PlayedTime time = new PlayedTime();
    private final List<Duration> looks = new ArrayList<>();
    private final List<Duration> rests = new ArrayList<>();
    private final Handler handler = new LookNotice(Thread.currentThread().getId());
    private ConnectionRegistry registry;

    /** A registry that cannot be read leaves a trace of every look, and nothing to try again. */
    @BeforeEach
    void start() throws IOException {
        registry = new ConnectionRegistry(home);
        Files.writeString(registry.file(), "no registry");
        LOG.setUseParentHandlers(false);
        LOG.setLevel(Level.FINE);
        LOG.addHandler(handler);
    }

    @AfterEach
    void stop() {
        LOG.removeHandler(handler);
        LOG.setLevel(null);
    }

    @Test
    void looksAfterTheFirstDelayAndThenEveryHour() {
        runFor(Duration.ofHours(3).plusMinutes(30));

        assertThat(looks)
                .containsExactly(
                        FIRST_DELAY, FIRST_DELAY.plusHours(1), FIRST_DELAY.plusHours(2), FIRST_DELAY.plusHours(3));
        assertThat(rests)
                .as("what was run after tries, of which there were none")
                .isEmpty();
    }

    @Test
    void endsBeforeTheFirstLook() {
        runFor(FIRST_DELAY);

        assertThat(looks).isEmpty();
    }

    @Test
    void looksAtOnceWhenTheClockHasGoneAhead() {
        time.jumps.put(Duration.ofMinutes(10), Duration.ofHours(8));

        runFor(Duration.ofHours(2));

        Duration afterJump = FIRST_DELAY.plusMinutes(10);
        assertThat(looks).containsExactly(FIRST_DELAY, afterJump, afterJump.plusHours(1));
    }

    @Test
    void looksAtOnceWhenTheClockHasBeenSetBack() {
        time.jumps.put(Duration.ofMinutes(10), Duration.ofDays(-365));

        runFor(Duration.ofHours(2));

        Duration afterJump = FIRST_DELAY.plusMinutes(10);
        assertThat(looks).containsExactly(FIRST_DELAY, afterJump, afterJump.plusHours(1));
    }

    @Test
    void doesNotMindAClockThatIsCorrectedALittle() {
        time.jumps.put(Duration.ofMinutes(10), Duration.ofSeconds(29));
        time.jumps.put(Duration.ofMinutes(90), Duration.ofSeconds(-29));

        runFor(Duration.ofMinutes(130));

        assertThat(looks).containsExactly(FIRST_DELAY, FIRST_DELAY.plusHours(1), FIRST_DELAY.plusHours(2));
    }

    /** Delays of 1, 5, 15 minutes, 1, 3 and 6 hours, without jitter, each seen by the tick that follows. */
    @Test
    void looksEarlierWhenAFailedTryIsToBeRepeated() throws Exception {
        List<Duration> tries = new ArrayList<>();
        Files.delete(registry.file());
        try (SimulatedSite site = new SimulatedSite("prod", clock)) {
            Connection due = EnrolledHost.at(site, NOW.minus(Duration.ofDays(1800)), NOW.plus(Duration.ofDays(40)));
            registry.update(present -> present.with(due));
        }
        Sites closed = new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, clock);

        run(Duration.ofMinutes(100), target -> {
            tries.add(time.elapsed);
            return closed.receiverOf(target);
        });

        assertThat(tries)
                .containsExactly(
                        FIRST_DELAY,
                        FIRST_DELAY.plusMinutes(1),
                        FIRST_DELAY.plusMinutes(6),
                        FIRST_DELAY.plusMinutes(21),
                        FIRST_DELAY.plusMinutes(81));
        assertThat(rests).as("what was run after the tries").isEqualTo(tries);
    }

    private void runFor(Duration duration) {
        run(duration, target -> {
            throw new IllegalStateException("there is no connection");
        });
    }

    /** Lets that much time pass and then interrupts the schedule, which must end. */
    private void run(Duration duration, Sites sites) {
        time.end = duration;
        Renewal renewal = new Renewal(registry, sites, Optional.empty(), clock);
        Renewer renewer = new Renewer(registry, renewal, new Middle(), AuditLog.NONE, clock);

        new RenewalSchedule(renewer, clock, time, FIRST_DELAY, () -> rests.add(time.elapsed)).run();

        assertThat(Thread.interrupted())
                .as("it leaves the interrupt to whoever runs it")
                .isTrue();
    }

    /** Draws the middle of every range. */
    private static final class Middle extends Random {
        private static final long serialVersionUID = 1L;

        @Override
        public double nextDouble() {
            return 0.5;
        }
    }

    /** Time that passes when somebody waits for it, and a clock that does not always go with it. */
    private final class PlayedTime implements RenewalSchedule.Passage {
        private final TreeMap<Duration, Duration> jumps = new TreeMap<>();
        private Duration elapsed = Duration.ZERO;
        private Duration end = Duration.ZERO;

        @Override
        public long nanoTime() {
            return Long.MAX_VALUE - 1_000 + elapsed.toNanos();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            elapsed = elapsed.plus(duration);
            clock.advance(duration);
            while (!jumps.isEmpty() && jumps.firstKey().compareTo(elapsed) <= 0) {
                clock.advance(jumps.pollFirstEntry().getValue());
            }
            if (elapsed.compareTo(end) >= 0) {
                throw new InterruptedException();
            }
        }
    }

    /** Takes down when the schedule looked. */
    private final class LookNotice extends Handler {
        private final long thread;

        private LookNotice(long thread) {
            this.thread = thread;
        }

        @Override
        public void publish(LogRecord event) {
            if (event.getLongThreadID() == thread && Level.FINE.equals(event.getLevel())) {
                looks.add(time.elapsed);
            }
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}

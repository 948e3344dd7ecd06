package io.agentctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A deadline acts once, on a thread that keeps no process alive, unless it is called off. */
class DeadlineTest {

    @Test
    void actsOnADaemonThread() throws Exception {
        CountDownLatch acted = new CountDownLatch(1);
        AtomicBoolean daemon = new AtomicBoolean();
        try (Deadline deadline = Deadline.in(Duration.ofMillis(1), () -> {
            daemon.set(Thread.currentThread().isDaemon());
            acted.countDown();
        })) {
            assertThat(acted.await(60, TimeUnit.SECONDS))
                    .as("%s acted", deadline)
                    .isTrue();
        }
        assertThat(daemon).isTrue();
    }

    @Test
    void doesNotActOnceItIsClosed() throws Exception {
        AtomicBoolean acted = new AtomicBoolean();
        Deadline.in(Duration.ofMillis(300), () -> acted.set(true)).close();

        // One thread serves all deadlines in their order: when a later one acts, the earlier one would have.
        CountDownLatch later = new CountDownLatch(1);
        try (Deadline deadline = Deadline.in(Duration.ofMillis(400), later::countDown)) {
            assertThat(later.await(60, TimeUnit.SECONDS))
                    .as("%s acted", deadline)
                    .isTrue();
        }
        assertThat(acted).isFalse();
    }

    @Test
    void anActionThatFailsHarmsNoOther() throws Exception {
        CountDownLatch acted = new CountDownLatch(1);
        try (Deadline failing = Deadline.in(Duration.ofMillis(1), () -> {
                    throw new IllegalStateException("on purpose");
                });
                Deadline deadline = Deadline.in(Duration.ofMillis(50), acted::countDown)) {
            assertThat(acted.await(60, TimeUnit.SECONDS))
                    .as("%s acted after %s", deadline, failing)
                    .isTrue();
        }
    }
}

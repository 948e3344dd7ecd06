package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is denied for a moment is done again, and nothing else is. */
class InsistenceTest {
    private static final Insistence LONG = new Insistence(Duration.ofMinutes(1), Duration.ofMillis(1));

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void succeedsOnceNobodyIsInTheWayAnyMore() throws Exception {
        LONG.on(() -> failUntil(3, new AccessDeniedException("registry")));

        assertThat(attempts).hasValue(3);
    }

    @Test
    void givesUpInTheEndWithTheReason() {
        Insistence brief = new Insistence(Duration.ofMillis(20), Duration.ofMillis(1));

        assertThatThrownBy(() -> brief.on(() -> failUntil(Integer.MAX_VALUE, new AccessDeniedException("registry"))))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("registry");
        assertThat(attempts).hasValueGreaterThan(1);
    }

    @Test
    void doesNotInsistOnWhatFailsForAnotherReason() {
        assertThatThrownBy(() -> LONG.on(() -> failUntil(2, new NoSuchFileException("registry"))))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void endsWithItsThread() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> LONG.on(() -> failUntil(Integer.MAX_VALUE, new AccessDeniedException("registry"))))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).hasValue(1);
    }

    private void failUntil(int success, IOException failure) throws IOException {
        if (attempts.incrementAndGet() < success) {
            throw failure;
        }
    }
}

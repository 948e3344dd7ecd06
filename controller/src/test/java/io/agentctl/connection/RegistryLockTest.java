package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One at a time, among processes and among threads, and the dead hold nothing. */
class RegistryLockTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    @Test
    void anotherProcessKeepsUsOut() throws IOException, InterruptedException {
        Path file = home.resolve("lock");
        try (RegistryProcess other =
                RegistryProcess.start("lock", file.toString()).saying("locked")) {
            assertThatExceptionOfType(RegistryException.class)
                    .isThrownBy(() -> RegistryLock.acquire(file, Duration.ofSeconds(1)))
                    .withMessage("another process has kept " + file + " locked for 1 s;"
                            + " wait for it to end or stop it, then try again");
            assertThatExceptionOfType(RegistryException.class)
                    .as("at once")
                    .isThrownBy(() -> RegistryLock.acquire(file, Duration.ZERO))
                    .withMessageStartingWith("another process has kept " + file + " locked for 0 s");

            other.kill();

            RegistryLock.acquire(file, PATIENT).release();
        }
    }

    @Test
    void aProcessKilledInTheMiddleOfAChangeLeavesTheRegistryAsItWas() throws IOException, InterruptedException {
        ConnectionRegistry registry = new ConnectionRegistry(home);
        RegistryProcess.churn(home, "ours", 2);
        byte[] before = Files.readAllBytes(registry.file());
        try (RegistryProcess other =
                RegistryProcess.start("stall", home.toString()).saying("locked")) {
            other.kill();
        }

        assertThat(registry.file()).hasBinaryContent(before);
        RegistryProcess.churn(home, "later", 2);
        assertThat(registry.read().connections()).extracting(Connection::name).containsExactly("h/ours-1", "h/later-1");
    }

    @Test
    void anotherThreadKeepsUsOut() throws IOException {
        Path file = home.resolve("lock");
        RegistryLock lock = RegistryLock.acquire(file, PATIENT);
        try {
            CompletableFuture<RegistryLock> refused = inAnotherThread(file, Duration.ofMillis(1));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(refused::join)
                    .withMessageContaining("has kept " + file + " locked for 0 s");
        } finally {
            lock.release();
        }
        assertThat(inAnotherThread(file, PATIENT)).succeedsWithin(PATIENT);
    }

    @Test
    void aThreadInterruptedWhileItWaitsGivesUpAndStaysInterrupted() throws IOException {
        Path file = home.resolve("lock");
        RegistryLock lock = RegistryLock.acquire(file, PATIENT);
        try {
            CompletableFuture<Boolean> interrupted = CompletableFuture.supplyAsync(
                    () -> {
                        Thread.currentThread().interrupt();
                        assertThatExceptionOfType(RegistryException.class)
                                .isThrownBy(() -> RegistryLock.acquire(file, PATIENT))
                                .withMessage("interrupted while waiting for the lock " + file);
                        return Thread.currentThread().isInterrupted();
                    },
                    task -> new Thread(task).start());
            assertThat(interrupted).succeedsWithin(PATIENT).isEqualTo(true);
        } finally {
            lock.release();
        }
    }

    @Test
    void aFileThatCannotBeLockedIsNamed() {
        Path missing = home.resolve("missing").resolve("lock");

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> RegistryLock.acquire(missing, PATIENT))
                .withMessage("cannot lock " + missing + ": no such file or directory");
    }

    @Test
    void aFailedAttemptKeepsNobodyOut() throws IOException {
        Path missing = home.resolve("missing").resolve("lock");
        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> RegistryLock.acquire(missing, PATIENT));

        assertThat(inAnotherThread(home.resolve(UUID.randomUUID().toString()), PATIENT))
                .succeedsWithin(PATIENT);
    }

    private static CompletableFuture<RegistryLock> inAnotherThread(Path file, Duration patience) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        RegistryLock lock = RegistryLock.acquire(file, patience);
                        lock.release();
                        return lock;
                    } catch (RegistryException e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task).start());
    }
}

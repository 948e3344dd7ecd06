package io.agentctl.connection;

import io.agentctl.pki.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change the registry, held by one thread of one process at a time. It is a lock of the operating system on a file of
 * its own: it ends with its process, however that dies, and it outlives the registry file's replacement.
 */
final class RegistryLock {
    /** The operating system's lock is held by the process: threads within one need this as well, in the order they came. */
    private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock(true);

    private static final Duration POLL = Duration.ofMillis(10);

    private final FileChannel channel;

    private RegistryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @param file the lock file, created if it is missing
     * @param patience how long to wait
     * @return the lock, to be released by the same thread
     * @throws RegistryException if others hold it for longer, or the file cannot be created or locked
     */
    static RegistryLock acquire(Path file, Duration patience) throws RegistryException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            if (!WITHIN_PROCESS.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw held(file, patience);
            }
        } catch (InterruptedException e) {
            throw interrupted(file, e);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OwnerOnly.file(file));
            for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
                if (System.nanoTime() - deadline > 0) {
                    throw held(file, patience);
                }
                Thread.sleep(POLL.toMillis());
            }
            return new RegistryLock(channel);
        } catch (IOException | InterruptedException e) {
            release(channel);
            if (e instanceof RegistryException refusal) {
                throw refusal;
            }
            if (e instanceof InterruptedException) {
                throw interrupted(file, e);
            }
            throw new RegistryException("cannot lock " + file + ": " + PrivateFile.reason((IOException) e), e);
        }
    }

    void release() {
        release(channel);
    }

    private static void release(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // A lock file carries no data that closing could lose, and its lock is gone either way.
        } finally {
            WITHIN_PROCESS.unlock();
        }
    }

    private static RegistryException held(Path file, Duration patience) {
        return new RegistryException("another process has kept " + file + " locked for " + patience.toSeconds()
                + " s; wait for it to end or stop it, then try again");
    }

    private static RegistryException interrupted(Path file, Exception cause) {
        Thread.currentThread().interrupt();
        return new RegistryException("interrupted while waiting for the lock " + file, cause);
    }
}

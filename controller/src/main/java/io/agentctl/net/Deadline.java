package io.agentctl.net;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action unless it is {@linkplain #close closed} in time. It ends what blocks without a time-out of its own, such as a read
 * from a pipe, by closing or killing that from outside.
 */
public final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor EXECUTOR = executor();

    private final ScheduledFuture<?> expiry;

    private Deadline(ScheduledFuture<?> expiry) {
        this.expiry = expiry;
    }

    /**
     * Sets a deadline.
     *
     * @param duration from now; positive
     * @param action what to do then, on another thread; must be short
     * @return the deadline, to be closed when what it guards has ended
     */
    public static Deadline in(Duration duration, Runnable action) {
        return new Deadline(EXECUTOR.schedule(action, duration.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Calls the action off. It may be running already. */
    @Override
    public void close() {
        expiry.cancel(false);
    }

    private static ScheduledThreadPoolExecutor executor() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "deadline");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}

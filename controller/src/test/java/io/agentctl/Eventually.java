package io.agentctl;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes bring about. */
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Eventually() {}

    /**
     * Waits until something has become true.
     *
     * @param what says in words what is waited for
     * @param condition asked again and again
     * @throws AssertionError if it is not true after a minute
     */
    public static void becomes(String what, BooleanSupplier condition) throws InterruptedException {
        becomes(DEADLINE, what, condition);
    }

    /**
     * Waits until something has become true.
     *
     * @param deadline how long to wait
     * @param what says in words what is waited for
     * @param condition asked again and again
     * @throws AssertionError if it is not true then
     */
    public static void becomes(Duration deadline, String what, BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > deadline.toNanos()) {
                throw new AssertionError("after " + deadline.toSeconds() + " s it is still not true that " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}

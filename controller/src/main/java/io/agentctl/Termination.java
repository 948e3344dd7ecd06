package io.agentctl;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end with exit status 0: Java on its own would drop what is in flight and report the
 * signal.
 */
public final class Termination implements AutoCloseable {
    /** Longer than anything the service may do in its end. */
    private static final int PATIENCE_IN_SECONDS = 30;

    /** A process ends once. */
    private static final CountDownLatch REQUESTED = new CountDownLatch(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndExit, "termination");

    /** Waits for a signal from now on. */
    public Termination() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Asks for the end without a signal, and without an exit of the process. */
    static void request() {
        REQUESTED.countDown();
    }

    /** Returns what is counted down when the process shall end. */
    public CountDownLatch requested() {
        return REQUESTED;
    }

    /** Tells that the service has ended, because it was asked to or by itself. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal has come: the hook runs and needs to know.
        }
        ended.countDown();
    }

    private void stopAndExit() {
        REQUESTED.countDown();
        try {
            if (ended.await(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

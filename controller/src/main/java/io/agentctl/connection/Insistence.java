package io.agentctl.connection;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;

/**
 * Does again what Windows denies for a moment: it replaces no file that anybody has open, be it a reader or a virus scanner.
 *
 * @param patience how long to insist
 * @param pause between two attempts
 */
record Insistence(Duration patience, Duration pause) {
    /** Readers take milliseconds, scanners perhaps a second. */
    static final Insistence USUAL = new Insistence(Duration.ofSeconds(3), Duration.ofMillis(10));

    /** What may be denied. */
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    /**
     * Takes a step.
     *
     * @param step what to do, once or again and again
     * @throws IOException if it fails for another reason, or is still denied in the end
     */
    void on(Step step) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try {
                step.take();
                return;
            } catch (AccessDeniedException e) {
                if (System.nanoTime() - begin > patience.toNanos() || !paused()) {
                    throw e;
                }
            }
        }
    }

    private boolean paused() {
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

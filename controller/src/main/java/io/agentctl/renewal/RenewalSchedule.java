package io.agentctl.renewal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When to look for renewals: at a moment of its own within the first minute, then every hour; sooner when a failed one is to be tried
 * again, and at once when the clock has jumped, as it does when the machine wakes from sleep.
 */
public final class RenewalSchedule implements Runnable {
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);
    private static final Duration TICK = Duration.ofMinutes(1);

    /** More than clocks are ever slewed by within a tick. */
    private static final Duration JUMP = Duration.ofSeconds(30);

    private final Renewer renewer;
    private final Clock clock;
    private final Passage passage;
    private final Duration firstDelay;
    private final Runnable afterwards;

    /** Real time, as distinct from what the clock says. */
    public interface Passage {
        /** Returns nanoseconds since some moment; the clock being set does not move it. */
        long nanoTime();

        /**
         * Waits.
         *
         * @param duration how long
         * @throws InterruptedException if interrupted
         */
        void pause(Duration duration) throws InterruptedException;
    }

    /**
     * @param renewer looks
     * @param clock tells the time
     * @param passage of real time
     * @param firstDelay until the first look
     * @param afterwards is run after each look that tried a renewal
     */
    public RenewalSchedule(Renewer renewer, Clock clock, Passage passage, Duration firstDelay, Runnable afterwards) {
        this.renewer = renewer;
        this.clock = clock;
        this.passage = passage;
        this.firstDelay = firstDelay;
        this.afterwards = afterwards;
    }

    /** Looks until the thread is interrupted. */
    @Override
    public void run() {
        try {
            passage.pause(firstDelay);
            while (true) {
                if (renewer.look()) {
                    afterwards.run();
                }
                waitForNextLook();
            }
        } catch (InterruptedException e) {
            // The service ends.
            Thread.currentThread().interrupt();
        }
    }

    private void waitForNextLook() throws InterruptedException {
        Instant wall = clock.instant();
        long begin = passage.nanoTime();
        Optional<Instant> nextTry = renewer.nextTry();
        while (passage.nanoTime() - begin < BETWEEN_LOOKS.toNanos()) {
            passage.pause(TICK);
            Duration passed = Duration.ofNanos(passage.nanoTime() - begin);
            Instant now = clock.instant();
            boolean jumped = Duration.between(wall.plus(passed), now).abs().compareTo(JUMP) > 0;
            if (jumped || nextTry.filter(due -> !now.isBefore(due)).isPresent()) {
                return;
            }
        }
    }
}

package io.agentctl.registration;

import java.time.Duration;

/** Lets time pass between two questions to a site. */
@FunctionalInterface
public interface Pause {

    /**
     * Waits.
     *
     * @param duration how long
     * @throws InterruptedException if it was interrupted
     */
    void last(Duration duration) throws InterruptedException;
}

package io.agentctl.registration;

import io.agentctl.connection.RegistryException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Registers by itself until all sites have agreed, and again when a certificate has expired. */
public final class AutoRegistrationSchedule implements Runnable {
    /** Until the next try after the first failure, the second, and so on; the last for all further ones. */
    private static final List<Duration> DELAYS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1));

    /** How often certificates are looked at: they live for months. */
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    private final AutoRegistration autoRegistration;
    private final Pause pause;
    private boolean othersAreDeleted;

    /**
     * @param autoRegistration what to try
     * @param pause waits between two tries
     * @param deletesOthers whether connections to other sites are deleted before the first try
     */
    public AutoRegistrationSchedule(AutoRegistration autoRegistration, Pause pause, boolean deletesOthers) {
        this.autoRegistration = autoRegistration;
        this.pause = pause;
        this.othersAreDeleted = !deletesOthers;
    }

    /** Tries until the thread is interrupted. */
    @Override
    public void run() {
        try {
            int failures = tried(0);
            while (true) {
                pause.last(failures == 0 ? BETWEEN_LOOKS : DELAYS.get(Math.min(failures, DELAYS.size()) - 1));
                if (failures > 0 || isDue()) {
                    failures = tried(failures);
                }
            }
        } catch (InterruptedException e) {
            // The service ends.
            Thread.currentThread().interrupt();
        }
    }

    private int tried(int failures) throws InterruptedException {
        try {
            if (!othersAreDeleted) {
                autoRegistration.deleteOthers();
                // Once: what the operator registers from now on is meant to stay.
                othersAreDeleted = true;
            }
            return autoRegistration.attempt().isEmpty() ? 0 : failures + 1;
        } catch (RegistryException e) {
            LOG.warning(() -> "pre-configured connections: " + e.getMessage());
            return failures + 1;
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "pre-configured connections: unexpected failure: " + e, e);
            return failures + 1;
        }
    }

    private boolean isDue() {
        try {
            return autoRegistration.isDue();
        } catch (RegistryException e) {
            // Whoever watches the registry says so.
            return false;
        }
    }
}

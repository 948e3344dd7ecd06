package io.agentctl.activity;

import io.agentctl.audit.Cause;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What has happened on one connection since the service's start; immutable. All counts are of that time.
 *
 * @param name {@code server/site}, or the UUID of an imported connection; empty for pulls in the clear
 * @param pulls how many pulls brought the whole output
 * @param outputBytes the agent's bytes in them
 * @param sentBytes the bytes that these became
 * @param lastPull the last of them
 * @param failedPulls how many did not, by cause
 * @param lastFailedPull the last of these
 * @param pushes how many pushes succeeded
 * @param failedPushes how many did not
 * @param lastPush the last of both
 * @param renewals how often the service renewed key and certificate
 * @param failedRenewals how often the service tried and failed
 * @param lastRenewal the last of both
 * @param nextTry when a renewal that failed is tried again
 */
public record ConnectionActivity(
        String name,
        long pulls,
        long outputBytes,
        long sentBytes,
        Optional<ServedPull> lastPull,
        Map<Cause, Long> failedPulls,
        Optional<FailedPull> lastFailedPull,
        long pushes,
        long failedPushes,
        Optional<Outcome> lastPush,
        long renewals,
        long failedRenewals,
        Optional<Outcome> lastRenewal,
        Optional<Instant> nextTry) {
    /** Copies the map. */
    public ConnectionActivity {
        failedPulls = Map.copyOf(failedPulls);
    }

    /** Returns whether the last pull there was failed. */
    public boolean isPullFailing() {
        return lastFailedPull
                .filter(failed ->
                        lastPull.map(ServedPull::at).orElse(Instant.MIN).isBefore(failed.at()))
                .isPresent();
    }
}

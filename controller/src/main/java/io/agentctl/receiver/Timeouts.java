package io.agentctl.receiver;

import java.time.Duration;

/**
 * How long a call to a server may take.
 *
 * @param connect until TCP is connected; positive
 * @param exchange for the whole call, from the first packet to the last; at least {@code connect}
 */
public record Timeouts(Duration connect, Duration exchange) {
    /** Enough for a busy site to sign a certificate. */
    public static final Timeouts PATIENT = new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(1));

    /** For a question that somebody waits for, and that is not worth much waiting. */
    public static final Timeouts BRISK = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10));
}

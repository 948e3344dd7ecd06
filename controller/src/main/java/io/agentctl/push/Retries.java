package io.agentctl.push;

import java.time.Duration;
import java.util.List;

/**
 * How patiently one push is tried.
 *
 * @param delays before the second try, the third, and so on
 * @param within no try begins later than this after the first
 */
public record Retries(List<Duration> delays, Duration within) {
    /** Once, for a human who waits and can try again. */
    public static final Retries NONE = new Retries(List.of(), Duration.ZERO);

    /** What begins by then has ended when the next minute's output is due, which is worth more: a try may take 50 seconds. */
    public static final Retries WITHIN_THE_MINUTE =
            new Retries(List.of(Duration.ofSeconds(2), Duration.ofSeconds(5)), Duration.ofSeconds(9));
}

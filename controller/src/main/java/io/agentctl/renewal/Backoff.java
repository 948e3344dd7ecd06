package io.agentctl.renewal;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** How long to wait after failures, each a little longer or shorter, so that hosts that failed together do not come back together. */
final class Backoff {
    /** After the first failure in a row, the second, and so on; the last for all further ones. */
    static final List<Duration> DELAYS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6));

    /** For what no waiting mends by itself. */
    static final Duration RARELY = Duration.ofHours(6);

    /** Part of a delay by which it may be longer or shorter. */
    static final double JITTER = 0.2;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration after(int failures) {
        return jittered(DELAYS.get(Math.min(failures, DELAYS.size()) - 1));
    }

    Duration rarely() {
        return jittered(RARELY);
    }

    private Duration jittered(Duration delay) {
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofMillis((long) (delay.toMillis() * factor));
    }
}

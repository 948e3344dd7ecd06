package io.agentctl.activity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long something took each time, as a histogram; immutable.
 *
 * @param counts for every one of {@link #BOUNDS}, how often it took at most that long and longer than the bound before; at the end, how often it
 *     took longer than all of them
 * @param nanos how long it took altogether
 */
public record Distribution(List<Long> counts, long nanos) {
    /** Upper bounds in milliseconds: from a handshake on an idle machine to an agent whose plugins time out. */
    public static final List<Long> BOUNDS =
            List.of(5L, 10L, 25L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 5_000L, 10_000L, 30_000L, 60_000L);

    /** Never yet. */
    public static final Distribution EMPTY = new Distribution(Collections.nCopies(BOUNDS.size() + 1, 0L), 0);

    /**
     * Copies the counts.
     *
     * @throws IllegalArgumentException if their number is not that of the bounds and one more
     */
    public Distribution {
        counts = List.copyOf(counts);
        if (counts.size() != BOUNDS.size() + 1) {
            throw new IllegalArgumentException(
                    "a distribution has " + (BOUNDS.size() + 1) + " counts, not " + counts.size());
        }
    }

    /**
     * Counts one more.
     *
     * @param duration how long it took, in nanoseconds
     * @return the distribution with that
     */
    Distribution with(long duration) {
        List<Long> more = new ArrayList<>(counts);
        int place = 0;
        while (place < BOUNDS.size() && duration > TimeUnit.MILLISECONDS.toNanos(BOUNDS.get(place))) {
            place++;
        }
        more.set(place, more.get(place) + 1);
        return new Distribution(more, nanos + duration);
    }

    /** Returns how often. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the mean, or zero if there is none. */
    public Duration mean() {
        long count = count();
        return count == 0 ? Duration.ZERO : Duration.ofNanos(nanos / count);
    }
}

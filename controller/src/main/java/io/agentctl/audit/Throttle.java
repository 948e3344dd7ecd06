package io.agentctl.audit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets so many events of each cause pass in a minute, and counts the others: whoever floods the port shall not fill the disk as well.
 * Nothing wakes up for it: that a minute is over is seen when the next event comes. Thread-safe.
 */
public final class Throttle {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int most;
    private final LongSupplier nanoTime;
    private final Map<Cause, Minute> minutes = new EnumMap<>(Cause.class);

    /** What happened in one cause's present minute. */
    private static final class Minute {
        private final long begin;
        private int passed;
        private long suppressed;

        Minute(long begin) {
            this.begin = begin;
        }
    }

    /**
     * What is to be done with an event.
     *
     * @param passes whether it is told
     * @param suppressed how many before it were not, if that is to be told now; else 0
     */
    public record Decision(boolean passes, long suppressed) {}

    /**
     * @param most how many events of one cause pass in a minute; at least 1
     * @param nanoTime as {@link System#nanoTime}
     */
    public Throttle(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /**
     * Decides about an event.
     *
     * @param cause its cause
     * @return what is to be done with it
     */
    public synchronized Decision next(Cause cause) {
        long now = nanoTime.getAsLong();
        Minute minute = minutes.get(cause);
        long suppressed = 0;
        if (minute == null || now - minute.begin >= MINUTE) {
            suppressed = minute == null ? 0 : minute.suppressed;
            minute = new Minute(now);
            minutes.put(cause, minute);
        }
        if (minute.passed < most) {
            minute.passed++;
            return new Decision(true, suppressed);
        }
        minute.suppressed++;
        return new Decision(false, 0);
    }

    /**
     * Returns what was counted and not told yet, and forgets it.
     *
     * @return count by cause; empty if all was told
     */
    public synchronized Map<Cause, Long> rest() {
        Map<Cause, Long> rest = new EnumMap<>(Cause.class);
        minutes.forEach((cause, minute) -> {
            if (minute.suppressed > 0) {
                rest.put(cause, minute.suppressed);
            }
        });
        minutes.clear();
        return rest;
    }
}

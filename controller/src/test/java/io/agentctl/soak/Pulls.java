package io.agentctl.soak;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What became of one site's pulls. */
final class Pulls {
    private final String who;
    private final LongAdder tried = new LongAdder();
    private final LongAdder whole = new LongAdder();
    private final LongAccumulator slowest = new LongAccumulator(Math::max, 0);

    Pulls(String who) {
        this.who = who;
    }

    void count(boolean isWhole, long millis) {
        tried.increment();
        if (isWhole) {
            whole.increment();
        }
        slowest.accumulate(millis);
    }

    String who() {
        return who;
    }

    long tried() {
        return tried.sum();
    }

    long whole() {
        return whole.sum();
    }

    long slowestMillis() {
        return slowest.get();
    }
}

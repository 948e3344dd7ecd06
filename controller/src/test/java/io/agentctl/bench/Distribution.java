package io.agentctl.bench;

import java.util.Collection;
import java.util.List;

/**
 * Values of one kind that were measured, smallest first; at least one.
 *
 * @param sorted the values
 */
record Distribution(List<Double> sorted) {

    static Distribution of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Distribution(values.stream().sorted().toList());
    }

    double median() {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest value that at least this share of all values does not exceed. */
    double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }

    double least() {
        return sorted.get(0);
    }

    double most() {
        return sorted.get(sorted.size() - 1);
    }
}

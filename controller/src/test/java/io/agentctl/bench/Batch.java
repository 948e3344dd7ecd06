package io.agentctl.bench;

import java.util.List;

/**
 * Pulls that were measured together.
 *
 * @param firstBytesInMillis from before connecting to the first byte inside TLS, one for each pull
 * @param totalsInMillis from before connecting to the end, one for each pull
 * @param bytes inside TLS, of one pull
 * @param wallSeconds from the beginning of the first to the end of the last
 * @param serverSeconds CPU time of the server meanwhile
 * @param clientSeconds CPU time of the load client and the agent's double meanwhile
 */
record Batch(
        List<Double> firstBytesInMillis,
        List<Double> totalsInMillis,
        long bytes,
        double wallSeconds,
        double serverSeconds,
        double clientSeconds) {
    private static final double MILLIS_PER_SECOND = 1000;

    int pulls() {
        return totalsInMillis.size();
    }

    double serverMillisPerPull() {
        return serverSeconds * MILLIS_PER_SECOND / pulls();
    }

    double clientMillisPerPull() {
        return clientSeconds * MILLIS_PER_SECOND / pulls();
    }

    double pullsPerSecond() {
        return pulls() / wallSeconds;
    }
}

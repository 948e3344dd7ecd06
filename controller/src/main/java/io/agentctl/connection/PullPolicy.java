package io.agentctl.connection;

/**
 * Whom port 6556 serves, and how; immutable.
 *
 * @param registry the connections
 * @param legacyPullMarker whether the marker file {@code allow-legacy-pull} is there
 */
public record PullPolicy(Registry registry, boolean legacyPullMarker) {
    /** What a puller meets. */
    public enum Mode {
        /** The port is closed. */
        INACTIVE,
        /** The output in the clear, to anyone. */
        LEGACY,
        /** Mutually authenticated TLS. */
        TLS
    }

    /** Returns what a puller meets; any connection, even one that is pushed, outweighs the marker. */
    public Mode mode() {
        if (!registry.pulled().isEmpty()) {
            return Mode.TLS;
        }
        return legacyPullMarker && registry.isEmpty() ? Mode.LEGACY : Mode.INACTIVE;
    }
}

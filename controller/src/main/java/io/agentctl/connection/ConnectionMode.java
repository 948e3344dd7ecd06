package io.agentctl.connection;

import java.util.Arrays;
import java.util.Optional;

/** Who opens the TCP connection over which the agent's output travels. */
public enum ConnectionMode {
    /** The site's fetcher connects to us. */
    PULL("pull-agent"),
    /** We connect to the site's agent receiver. */
    PUSH("push-agent");

    private final String label;

    ConnectionMode(String label) {
        this.label = label;
    }

    /** Returns the name on the wire and in the status, such as {@code pull-agent}. */
    public String label() {
        return label;
    }

    /**
     * Finds a mode by its name on the wire.
     *
     * @param label such as {@code pull-agent}
     * @return the mode, or empty if there is none of this name
     */
    public static Optional<ConnectionMode> of(String label) {
        return Arrays.stream(values()).filter(mode -> mode.label.equals(label)).findFirst();
    }
}

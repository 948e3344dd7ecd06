package io.agentctl.agent;

import java.io.IOException;

/** The agent cannot be reached, or its run failed: what was read so far is not a whole output. The message is one line. */
public final class AgentException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what went wrong and, where there is something, what to do about it; one line */
    public AgentException(String message) {
        super(message);
    }

    AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}

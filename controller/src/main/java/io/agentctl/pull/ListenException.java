package io.agentctl.pull;

import java.io.IOException;

/** The pull port cannot be opened; the message names the port, and who has it where the platform tells. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1L;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}

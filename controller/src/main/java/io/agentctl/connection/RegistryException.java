package io.agentctl.connection;

import java.io.IOException;

/** The registry cannot be read or written; what was stored is as it was. The message is one line and names the file. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Tells whether the file system is in the way, which may be over without a trace in the file, rather than what the file says. */
    boolean isOfFileSystem() {
        return getCause() instanceof IOException;
    }
}

package io.agentctl.renewal;

/** A connection cannot be renewed, or the site's answer cannot be used; the old key and certificate stand. The message is one line. */
public final class RenewalException extends Exception {
    private static final long serialVersionUID = 1L;

    RenewalException(String message) {
        super(message);
    }

    RenewalException(String message, Throwable cause) {
        super(message, cause);
    }
}

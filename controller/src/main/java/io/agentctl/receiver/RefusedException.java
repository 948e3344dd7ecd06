package io.agentctl.receiver;

import java.time.Duration;
import java.util.Optional;

/** The site answered with an error status. */
public final class RefusedException extends ReceiverException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final Duration retryAfter;

    RefusedException(int status, String message) {
        this(status, Optional.empty(), message);
    }

    RefusedException(int status, Optional<Duration> retryAfter, String message) {
        super(message, null);
        this.status = status;
        this.retryAfter = retryAfter.orElse(null);
    }

    /** Returns how long the site asks to be left alone (RFC 9110, section 10.2.3), if it does: at most a day. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Returns the HTTP status, 300 to 599: below 500 the request has to change before another try. */
    public int status() {
        return status;
    }
}

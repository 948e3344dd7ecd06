package io.agentctl.receiver;

/** The site answered with an error status. */
public final class RefusedException extends ReceiverException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
        super(message, null);
        this.status = status;
    }

    /** Returns the HTTP status, 300 to 599: below 500 the request has to change before another try. */
    public int status() {
        return status;
    }
}

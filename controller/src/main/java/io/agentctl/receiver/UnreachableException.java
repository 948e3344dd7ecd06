package io.agentctl.receiver;

/** No answer came: it may come at a later try. */
public final class UnreachableException extends ReceiverException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.agentctl.receiver;

/** Who answered is not the site we trust: nothing was sent to it, and no later try will change that by itself. */
public final class UntrustedReceiverException extends ReceiverException {
    private static final long serialVersionUID = 1L;

    UntrustedReceiverException(String message, Throwable cause) {
        super(message, cause);
    }
}

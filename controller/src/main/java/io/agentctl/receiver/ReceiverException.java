package io.agentctl.receiver;

/** A call to the agent receiver failed; the message is one line, and the kind says what can be done next. */
public abstract sealed class ReceiverException extends Exception
        permits UnreachableException, UntrustedReceiverException, RefusedException, MalformedAnswerException {
    private static final long serialVersionUID = 1L;

    ReceiverException(String message, Throwable cause) {
        super(message, cause);
    }
}

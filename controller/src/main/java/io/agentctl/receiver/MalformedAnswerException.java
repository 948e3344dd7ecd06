package io.agentctl.receiver;

/** The answer is not what an agent receiver sends: something else listens there, or stands in between. */
public final class MalformedAnswerException extends ReceiverException {
    private static final long serialVersionUID = 1L;

    MalformedAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.agentctl.json;

/** A text is not the JSON that was expected; the message is one line, says where, and never quotes the text. */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, and where */
    public MalformedJsonException(String message) {
        super(message);
    }
}

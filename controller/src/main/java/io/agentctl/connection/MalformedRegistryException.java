package io.agentctl.connection;

/** A text is not a registry; the message says where and why, and never quotes the text. */
final class MalformedRegistryException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedRegistryException(String message) {
        super(message);
    }
}

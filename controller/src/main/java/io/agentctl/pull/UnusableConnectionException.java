package io.agentctl.pull;

/** A registered connection cannot be served, since its key or a certificate in the registry cannot be used. */
final class UnusableConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableConnectionException(String connection, Exception cause) {
        super("connection " + connection + " cannot be served: " + cause.getMessage() + "; register it again", cause);
    }
}

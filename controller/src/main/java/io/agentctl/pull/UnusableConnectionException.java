package io.agentctl.pull;

import io.agentctl.connection.Connection;

/** A registered connection cannot be served, since its key or a certificate in the registry cannot be used. */
final class UnusableConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableConnectionException(Connection connection, Exception cause) {
        super(
                "connection " + connection.name() + " cannot be served: " + cause.getMessage() + connection.remedy(),
                cause);
    }
}

package io.agentctl.pull;

import javax.net.ssl.SSLException;

/** The peer asked for a host that we are not, or for none. */
final class UnknownServerNameException extends SSLException {
    private static final long serialVersionUID = 1L;

    UnknownServerNameException(String message) {
        super(message);
    }
}

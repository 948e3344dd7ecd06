package io.agentctl.pull;

import io.agentctl.pki.UntrustedPeerException;
import java.util.Objects;

/** Finds the words for why a handshake failed. */
final class HandshakeFailure {
    private HandshakeFailure() {}

    /**
     * Names the reason.
     *
     * @param failure what TLS reported
     * @return our own rule if one refused the peer, else what the innermost exception says
     */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UntrustedPeerException
                    || cause instanceof UnknownServerNameException
                    || cause instanceof UnusableConnectionException) {
                return cause.getMessage();
            }
            innermost = cause;
        }
        return Objects.requireNonNullElse(
                innermost.getMessage(), innermost.getClass().getSimpleName());
    }
}

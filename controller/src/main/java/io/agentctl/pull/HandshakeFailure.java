package io.agentctl.pull;

import io.agentctl.pki.TlsAlert;
import io.agentctl.pki.UntrustedPeerException;
import java.util.Objects;

/** Finds the words for why a handshake failed. */
final class HandshakeFailure {
    private HandshakeFailure() {}

    /**
     * Names the reason.
     *
     * @param failure what TLS reported
     * @return our own rule if one refused the peer, what the peer's alert means if it refused us, else what the innermost exception says
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
        String message = Objects.requireNonNullElse(
                innermost.getMessage(), innermost.getClass().getSimpleName());
        return TlsAlert.meaningOf(message).orElse(message);
    }
}

package io.agentctl.pull;

import io.agentctl.pki.UntrustedPeerException;
import java.util.Optional;

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
            if (cause instanceof UntrustedPeerException || cause instanceof UnknownServerNameException) {
                return cause.getMessage();
            }
            innermost = cause;
        }
        return Optional.ofNullable(innermost.getMessage())
                .orElseGet(() -> innermostName(failure));
    }

    private static String innermostName(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getClass().getSimpleName();
    }
}

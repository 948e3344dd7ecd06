package io.agentctl.pull;

import io.agentctl.pki.TlsAlert;
import io.agentctl.pki.UntrustedPeerException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the words for why a handshake failed. */
final class HandshakeFailure {
    /** Such as {@code error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL}. */
    private static final Pattern BORINGSSL_REASON =
            Pattern.compile("error:[0-9a-f]+:[A-Za-z ]+:OPENSSL_internal:([A-Z0-9_]+)");

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
        return TlsAlert.meaningOf(message).orElseGet(() -> inWords(message));
    }

    private static String inWords(String message) {
        Matcher code = BORINGSSL_REASON.matcher(message);
        return code.matches() ? code.group(1).toLowerCase(Locale.ROOT).replace('_', ' ') : message;
    }
}

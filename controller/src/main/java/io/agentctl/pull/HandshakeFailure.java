package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.agentctl.pki.TlsAlert;
import io.agentctl.pki.UntrustedPeerException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a handshake failed.
 *
 * @param cause in general
 * @param reason in words
 */
record HandshakeFailure(Cause cause, String reason) {
    /** Such as {@code error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL}. */
    private static final Pattern BORINGSSL_REASON =
            Pattern.compile("error:[0-9a-f]+:[A-Za-z ]+:OPENSSL_internal:([A-Z0-9_]+)");

    /**
     * Finds cause and words.
     *
     * @param failure what TLS reported
     * @return our own rule if one refused the peer, what the peer's alert means if it refused us, else what the innermost exception says
     */
    static HandshakeFailure of(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable present = failure; present != null; present = present.getCause()) {
            Optional<Cause> ours = ours(present);
            if (ours.isPresent()) {
                return new HandshakeFailure(ours.get(), present.getMessage());
            }
            innermost = present;
        }
        String message = Objects.requireNonNullElse(
                innermost.getMessage(), innermost.getClass().getSimpleName());
        return new HandshakeFailure(
                innermost instanceof ClosedChannelException ? Cause.ENDED_EARLY : Cause.HANDSHAKE_FAILED,
                TlsAlert.meaningOf(message).orElseGet(() -> inWords(message)));
    }

    private static Optional<Cause> ours(Throwable failure) {
        if (failure instanceof UntrustedPeerException) {
            return Optional.of(Cause.UNTRUSTED_CERTIFICATE);
        }
        if (failure instanceof UnknownServerNameException) {
            return Optional.of(Cause.UNKNOWN_SERVER_NAME);
        }
        return failure instanceof UnusableConnectionException
                ? Optional.of(Cause.UNUSABLE_CONNECTION)
                : Optional.empty();
    }

    private static String inWords(String message) {
        Matcher code = BORINGSSL_REASON.matcher(message);
        return code.matches() ? code.group(1).toLowerCase(Locale.ROOT).replace('_', ' ') : message;
    }
}

package io.agentctl.pki;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A peer's word for why it will have no TLS with us (RFC 8446, section 6.2), where it is about our certificate: what it means for a
 * connection, and what to do.
 */
public enum TlsAlert {
    /** It trusts no authority that vouches for us. */
    UNKNOWN_CA(
            "no CA that the site trusts has signed this host's certificate: if the site has another CA now, register this host again"),
    /** Its clock is past our certificate's end. */
    CERTIFICATE_EXPIRED(
            "for the site this host's certificate has expired: are both clocks right? Else register this host again"),
    /** The site took it back. */
    CERTIFICATE_REVOKED("the site has revoked this host's certificate: register this host again"),
    /** Of the name, for OpenSSL: the server name it asked for is not in the certificate. */
    BAD_CERTIFICATE("the site refuses this host's certificate: register this host again"),
    /** Not valid yet, for one. */
    CERTIFICATE_UNKNOWN(
            "the site refuses this host's certificate: are both clocks right? Else register this host again"),
    /** A signature does not fit. */
    DECRYPT_ERROR("no CA that the site trusts has signed this host's certificate: register this host again");

    /**
     * What the JDK and BoringSSL say of two bytes that are not encrypted where TLS 1.3 is at the peer's last flight: OpenSSL's alert
     * about our certificate, which neither reads.
     */
    private static final List<String> ALERT_IN_THE_CLEAR =
            List.of("Insufficient buffer remaining for AEAD cipher fragment (2)", "OPENSSL_internal:BAD_PACKET_LENGTH");

    private final String meaning;

    TlsAlert(String meaning) {
        this.meaning = meaning;
    }

    /**
     * Recognises an alert that was received.
     *
     * @param message what a TLS library said; the JDK's and OpenSSL's words for alerts are known
     * @return what it means and what to do, with the alert's own name for whoever searches for it; empty if there is none of these
     *     alerts in the message
     */
    public static Optional<String> meaningOf(String message) {
        if (ALERT_IN_THE_CLEAR.stream().anyMatch(message::contains)) {
            return Optional.of(
                    "the site ended the handshake, most likely since it does not trust this host's certificate:"
                            + " are both clocks right? Else register this host again (TLS alert unreadable)");
        }
        String words = message.toUpperCase(Locale.ROOT);
        return words.contains("ALERT")
                ? Arrays.stream(values())
                        .filter(alert -> words.contains(alert.name()))
                        .map(alert ->
                                alert.meaning + " (TLS alert " + alert.name().toLowerCase(Locale.ROOT) + ")")
                        .findFirst()
                : Optional.empty();
    }
}

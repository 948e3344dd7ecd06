package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whom an operator admits besides what the pinned root demands: a common name, or the SHA-256 fingerprint of a certificate or of its public key
 * (the DER form of its SubjectPublicKeyInfo, RFC 5280, section 4.1.2.7).
 *
 * @param kind what is compared
 * @param value a common name, or 64 lower-case hexadecimal digits
 */
public record AllowedPeer(Kind kind, String value) {

    /** What can be compared. */
    public enum Kind {
        /** The only common name of the subject. */
        COMMON_NAME(""),
        /** The certificate. */
        CERTIFICATE("cert-sha256:"),
        /** Its public key, which may be the same in the next certificate. */
        KEY("key-sha256:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * Reads an entry.
     *
     * @param text a common name, {@code cert-sha256:} or {@code key-sha256:} and hexadecimal digits with or without colons
     * @return the entry
     * @throws IllegalArgumentException if it is none
     */
    public static AllowedPeer parse(String text) {
        for (Kind kind : List.of(Kind.CERTIFICATE, Kind.KEY)) {
            if (text.startsWith(kind.prefix)) {
                return new AllowedPeer(
                        kind,
                        Fingerprint.parse(text.substring(kind.prefix.length())).hex());
            }
        }
        if (text.isBlank() || text.contains("sha256")) {
            throw new IllegalArgumentException("'" + text
                    + "' names no peer: expected a common name, cert-sha256:FINGERPRINT or key-sha256:FINGERPRINT");
        }
        return new AllowedPeer(Kind.COMMON_NAME, text);
    }

    /**
     * Tells whether a certificate is meant.
     *
     * @param certificate any certificate
     */
    public boolean matches(X509Certificate certificate) {
        return switch (kind) {
            case COMMON_NAME ->
                CommonNames.of(certificate.getSubjectX500Principal()).equals(List.of(value));
            case CERTIFICATE, KEY -> fingerprint(certificate, kind).equals(value);
        };
    }

    /** Returns 64 lower-case hexadecimal digits. */
    static String fingerprint(X509Certificate certificate, Kind kind) {
        try {
            return (kind == Kind.KEY ? Fingerprint.ofKey(certificate) : Fingerprint.of(certificate)).hex();
        } catch (PkiException e) {
            throw new IllegalStateException("a certificate that was received has bytes, and Java has SHA-256", e);
        }
    }

    /** Returns the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind == Kind.COMMON_NAME ? value : kind.prefix + new Fingerprint(value);
    }
}

package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The SHA-256 digest of a certificate's DER form, as {@code openssl x509 -noout -fingerprint -sha256} prints it.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public Fingerprint {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "'" + hex + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits");
        }
    }

    /**
     * Reads a fingerprint.
     *
     * @param text hexadecimal digits of any case, with or without colons between them and {@code SHA256:} before them
     * @return the fingerprint
     * @throws IllegalArgumentException if the text is none
     */
    public static Fingerprint parse(String text) {
        String digits = text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^(sha256|sha256 fingerprint)[:=]", "")
                .replace(":", "");
        if (!HEX.matcher(digits).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits");
        }
        return new Fingerprint(digits);
    }

    /**
     * Computes the fingerprint of a certificate.
     *
     * @param certificate any certificate
     * @return its fingerprint
     * @throws PkiException if the certificate has no DER form
     */
    public static Fingerprint of(X509Certificate certificate) throws PkiException {
        try {
            return of(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new PkiException("the certificate has no SHA-256 fingerprint", e);
        }
    }

    /**
     * Computes the fingerprint of a certificate's public key, which may be the same in the next certificate.
     *
     * @param certificate any certificate
     * @return the digest of its SubjectPublicKeyInfo's DER form (RFC 5280, section 4.1.2.7)
     * @throws PkiException if there is no SHA-256
     */
    public static Fingerprint ofKey(X509Certificate certificate) throws PkiException {
        try {
            return of(certificate.getPublicKey().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new PkiException("the public key has no SHA-256 fingerprint", e);
        }
    }

    private static Fingerprint of(byte[] der) throws GeneralSecurityException {
        return new Fingerprint(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der)));
    }

    /** Returns the digits in upper case with colons between the bytes. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(HexFormat.of().parseHex(hex));
    }
}

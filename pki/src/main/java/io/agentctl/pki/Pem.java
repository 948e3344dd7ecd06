package io.agentctl.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The textual encoding of keys and certificates (RFC 7468): text in, typed objects out.
 *
 * <p>Text outside the encapsulation boundaries is ignored, as RFC 7468 section 2 allows and as {@code openssl x509 -text}
 * writes it. Every input is bounded by {@link #MAX_LENGTH}.
 */
public final class Pem {
    /** Longest text accepted, in characters. A chain of ten RSA-4096 certificates takes about a quarter of it. */
    public static final int MAX_LENGTH = 65_536;

    private static final int LINE_LENGTH = 64;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    /**
     * Reads the first certificate of a text.
     *
     * @param pem one certificate or a chain, the end entity first
     * @return the first certificate
     * @throws PkiException if the text is too long, holds no certificate or a malformed one
     */
    public static X509Certificate certificate(String pem) throws PkiException {
        return certificates(pem).get(0);
    }

    /**
     * Reads all certificates of a text.
     *
     * @param pem one or more certificates
     * @return the certificates in the order of the text; never empty
     * @throws PkiException if the text is too long, holds no certificate or a malformed one
     */
    public static List<X509Certificate> certificates(String pem) throws PkiException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : certificateBlocks(pem)) {
            certificates.add(certificate(der));
        }
        return List.copyOf(certificates);
    }

    /**
     * Reads a private key.
     *
     * @param pem an unencrypted PKCS#8 key (RFC 5958), EC, RSA or Ed25519
     * @return the key
     * @throws PkiException if the text is too long, holds no such key or a malformed one; never quotes the text
     */
    public static PrivateKey privateKey(String pem) throws PkiException {
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(blocks(pem, PRIVATE_KEY).get(0));
        for (String algorithm : KEY_ALGORITHMS) {
            Optional<PrivateKey> key = privateKey(algorithm, spec);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new PkiException("the private key is not a PKCS#8 key of type " + String.join(", ", KEY_ALGORITHMS));
    }

    /**
     * Writes a certificate.
     *
     * @param certificate the certificate
     * @return its PEM text, ended by a newline
     * @throws PkiException if the certificate has no DER form
     */
    public static String of(X509Certificate certificate) throws PkiException {
        try {
            return encode(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException e) {
            throw new PkiException("the certificate cannot be encoded", e);
        }
    }

    /**
     * Writes a private key. The result is a secret.
     *
     * @param key a key that has a PKCS#8 form
     * @return its PEM text, ended by a newline
     * @throws PkiException if the key does not leave its device
     */
    public static String of(PrivateKey key) throws PkiException {
        byte[] der = key.getEncoded();
        if (der == null) {
            throw new PkiException("the private key cannot be exported from where it is kept");
        }
        return encode(PRIVATE_KEY, der);
    }

    static String encode(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static X509Certificate certificate(byte[] der) throws PkiException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new PkiException("the certificate is malformed: " + firstLine(e), e);
        }
    }

    private static Optional<PrivateKey> privateKey(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Returns the DER form of all certificates of a text. */
    static List<byte[]> certificateBlocks(String pem) throws PkiException {
        return blocks(pem, CERTIFICATE);
    }

    private static List<byte[]> blocks(String pem, String label) throws PkiException {
        if (pem.length() > MAX_LENGTH) {
            throw new PkiException(
                    "the PEM text has " + pem.length() + " characters, at most " + MAX_LENGTH + " are accepted");
        }
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> blocks = new ArrayList<>();
        for (int at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at)) {
            int bodyAt = at + begin.length();
            int endAt = pem.indexOf(end, bodyAt);
            if (endAt < 0) {
                throw new PkiException("the PEM text is cut off: '" + begin + "' has no '" + end + "'");
            }
            blocks.add(decode(label, pem.substring(bodyAt, endAt)));
            at = endAt + end.length();
        }
        if (blocks.isEmpty()) {
            throw new PkiException("the PEM text holds no '" + begin + "'");
        }
        return blocks;
    }

    private static byte[] decode(String label, String body) throws PkiException {
        String compact =
                body.replace("\n", "").replace("\r", "").replace(" ", "").replace("\t", "");
        try {
            return Base64.getDecoder().decode(compact.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            // The decoder's message may quote what it read, which may be a key: so it is not kept as the cause.
            throw new PkiException("the PEM block '" + label + "' is not valid Base64");
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }
}

package io.agentctl.pki;

import java.util.List;
import javax.net.ssl.SSLParameters;

/**
 * How TLS is spoken, by us as server and as client, by whatever TLS stack: versions 1.2 and 1.3 (RFC 5246, RFC 8446), forward-secret AEAD suites,
 * elliptic curves.
 *
 * @param protocols the versions by the JDK's names, the best first
 */
public record TlsPolicy(List<String> protocols) {
    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    /** Also for sites on old distributions. */
    public static final TlsPolicy SINCE_1_2 = new TlsPolicy(List.of(TLS_1_3, TLS_1_2));

    /** Where all sites know it. */
    public static final TlsPolicy SINCE_1_3 = new TlsPolicy(List.of(TLS_1_3));

    /** Forward secret and authenticated (AEAD) suites only; OpenSSL has had them since 1.0.1. */
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Copies the list. */
    public TlsPolicy {
        protocols = List.copyOf(protocols);
    }

    /** Returns the cipher suites by their IANA names, the best first. */
    public List<String> cipherSuites() {
        return CIPHER_SUITES;
    }

    /** Returns the policy in the form that the JDK's sockets take, which know all these suites. */
    public SSLParameters parameters() {
        return new SSLParameters(CIPHER_SUITES.toArray(String[]::new), protocols.toArray(String[]::new));
    }
}

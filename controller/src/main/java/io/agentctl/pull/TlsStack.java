package io.agentctl.pull;

import io.agentctl.net.JdkSwitches;
import io.agentctl.pki.Identity;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsTrust;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Whose TLS serves pulls. Both are held to one policy, and ask the same {@link PeerCheck} about the puller: TLS 1.2 or 1.3 with
 * forward-secret AEAD suites over elliptic curves, a client certificate, no resumption, no renegotiation.
 */
public enum TlsStack {
    /** The JDK's own: everywhere, and for every key. */
    JDK,
    /** BoringSSL, for a fraction of the processor time: where netty-tcnative and its library for this platform are on the class path. */
    OPENSSL;

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

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

    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1", "secp521r1"};

    /** RFC 8446, section 4.6.1: no ticket may live longer than seven days. The JDK issues none where sessions would. */
    private static final long LONGER_THAN_ANY_TICKET = 604_801;

    /** The types of key that BoringSSL signs with in handshakes as we configure them. */
    private static final Set<String> OPENSSL_KEYS = Set.of("EC", "RSA");

    static {
        // Netty and the JDK read them when their TLS is loaded, which is not before this.
        JdkSwitches.set();
    }

    /** Returns the name to call this by. */
    public String label() {
        return this == JDK ? "the JDK's TLS" : "BoringSSL";
    }

    /** Returns why this cannot be used here, or empty if it can. */
    public Optional<String> obstacle() {
        if (this == JDK || OpenSsl.isAvailable()) {
            return Optional.empty();
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        return Optional.of(
                cause instanceof ClassNotFoundException ? "netty-tcnative is not on the class path" : firstLine(cause));
    }

    /**
     * Returns this, or what takes its place for a key that it cannot use: one that does not leave its device has no bytes to hand to
     * BoringSSL.
     *
     * @param key a connection's key
     * @return what serves that connection
     */
    TlsStack fitFor(PrivateKey key) {
        return this == OPENSSL && OPENSSL_KEYS.contains(key.getAlgorithm()) && key.getEncoded() != null ? this : JDK;
    }

    /**
     * Makes the server's side of handshakes.
     *
     * @param identity who we are
     * @param trust who may pull
     * @return the context; whoever calls must release it where it is reference-counted
     * @throws SSLException if the identity cannot be used
     */
    SslContext server(Identity identity, PeerCheck trust) throws SSLException {
        SslContext context = policy(SslContextBuilder.forServer(new TlsIdentity(identity)), trust)
                .clientAuth(ClientAuth.REQUIRE)
                .sessionTimeout(LONGER_THAN_ANY_TICKET)
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    /**
     * Makes a fetcher's side of handshakes that believes whatever it is shown: for practice alone.
     *
     * @param identity who the fetcher is
     * @return the context; whoever calls must release it where it is reference-counted
     * @throws SSLException if the identity cannot be used
     */
    SslContext client(Identity identity) throws SSLException {
        PeerCheck anyone = (presented, peer) -> {};
        return policy(SslContextBuilder.forClient().keyManager(new TlsIdentity(identity)), anyone)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private SslContextBuilder policy(SslContextBuilder builder, PeerCheck trust) {
        builder.protocols(PROTOCOLS).ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE);
        // With reference counting, since the other kind waits for the garbage collector to free what it cannot see.
        return this == JDK
                ? builder.sslProvider(SslProvider.JDK).trustManager(new TlsTrust(trust))
                : builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                        .trustManager(new BoringSslTrust(new TlsTrust(trust)))
                        .option(OpenSslContextOption.GROUPS, GROUPS);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse(failure.getClass().getSimpleName());
    }
}

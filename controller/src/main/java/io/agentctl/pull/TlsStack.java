package io.agentctl.pull;

import io.agentctl.net.JdkSwitches;
import io.agentctl.pki.Identity;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsPolicy;
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
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Whose TLS serves pulls. Both are held to one {@link TlsPolicy}, and ask the same {@link PeerCheck} about the puller: forward-secret AEAD suites
 * over elliptic curves, a client certificate, no resumption, no renegotiation.
 */
public enum TlsStack {
    /** The JDK's own: everywhere, and for every key. */
    JDK,
    /** BoringSSL, for a fraction of the processor time: where netty-tcnative and its library for this platform are on the class path. */
    OPENSSL;

    /** The first is hybrid: what is recorded now shall not be read by a later quantum computer (draft-ietf-tls-ecdhe-mlkem). */
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1"};

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
     * @param rules how TLS is spoken
     * @return the context; whoever calls must release it where it is reference-counted
     * @throws SSLException if the identity cannot be used
     */
    SslContext server(Identity identity, PeerCheck trust, TlsPolicy rules) throws SSLException {
        SslContext context = policy(SslContextBuilder.forServer(new TlsIdentity(identity)), trust, rules)
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
     * @param rules how TLS is spoken
     * @return the context; whoever calls must release it where it is reference-counted
     * @throws SSLException if the identity cannot be used
     */
    SslContext client(Identity identity, TlsPolicy rules) throws SSLException {
        PeerCheck anyone = (presented, peer) -> {};
        return policy(SslContextBuilder.forClient().keyManager(new TlsIdentity(identity)), anyone, rules)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private SslContextBuilder policy(SslContextBuilder builder, PeerCheck trust, TlsPolicy rules) {
        builder.protocols(rules.protocols()).ciphers(rules.cipherSuites(), SupportedCipherSuiteFilter.INSTANCE);
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

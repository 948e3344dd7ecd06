package io.agentctl.pull;

import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsTrust;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * The TLS side of every connection that is pulled, for one state of the registry. A connection's key, and its root alone, decide
 * its handshakes: a site sees only itself. Contexts are made at the first handshake that needs them, since most hosts that know
 * many sites are pulled by few. Thread-safe.
 */
final class TlsContexts {
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

    private final Registry registry;
    private final Clock clock;
    private final Map<Connection, SslContext> contexts;

    /** One connection's side of a handshake. */
    record SiteTls(Connection connection, SslContext context) {}

    private TlsContexts(Registry registry, Clock clock, Map<Connection, SslContext> contexts) {
        this.registry = registry;
        this.clock = clock;
        this.contexts = contexts;
    }

    /** Contexts for no connection at all. */
    static TlsContexts none(Clock clock) {
        return new TlsContexts(Registry.EMPTY, clock, new ConcurrentHashMap<>());
    }

    /**
     * Moves on to another state of the registry.
     *
     * @param next the new state
     * @return contexts for it; those of unchanged connections are kept
     */
    TlsContexts after(Registry next) {
        Map<Connection, SslContext> kept = new ConcurrentHashMap<>(contexts);
        kept.keySet().retainAll(next.pulled());
        return new TlsContexts(next, clock, kept);
    }

    /**
     * Finds the context for a handshake.
     *
     * @param serverName what the ClientHello asks for
     * @return the context of the connection with this UUID, if there is one that is pulled
     * @throws UnusableConnectionException if there is one but its key or certificates cannot be used
     */
    Optional<SiteTls> forServerName(String serverName) throws UnusableConnectionException {
        Optional<Connection> connection = uuid(serverName).flatMap(registry::findPulled);
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        SslContext context = contexts.get(connection.get());
        if (context == null) {
            context = context(connection.get());
            contexts.put(connection.get(), context);
        }
        return Optional.of(new SiteTls(connection.get(), context));
    }

    private SslContext context(Connection connection) throws UnusableConnectionException {
        try {
            return SslContextBuilder.forServer(new TlsIdentity(connection.identity()))
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
                    .clientAuth(ClientAuth.REQUIRE)
                    .trustManager(new TlsTrust(connection.trust(clock)))
                    .build();
        } catch (PkiException | SSLException e) {
            throw new UnusableConnectionException(connection, e);
        }
    }

    private static Optional<UUID> uuid(String serverName) {
        try {
            UUID uuid = UUID.fromString(serverName);
            return uuid.toString().equalsIgnoreCase(serverName) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

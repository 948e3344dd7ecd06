package io.agentctl.pull;

import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.connection.TrustRules;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.PkiException;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;

/**
 * The TLS side of every connection that is pulled, as the registry stands. A connection's key, and its root alone, decide its
 * handshakes: a site sees only itself. Contexts are made at the first handshake that needs them, since most hosts that know many
 * sites are pulled by few.
 *
 * <p>For one thread, the event loop: there a context is looked up and its engine made in one go, and the engine keeps the context
 * alive. So a context may be released the moment that no new handshake shall have it.
 */
final class TlsContexts implements AutoCloseable {
    /** Made before they are asked for. A host with more sites has time to make the others. */
    private static final int MOST_PREPARED = 8;

    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");

    private final TlsStack stack;
    private final TrustRules rules;
    private final Map<Connection, SslContext> contexts = new HashMap<>();
    private Registry registry = Registry.EMPTY;
    private boolean isPrepared;

    /** One connection's side of a handshake. */
    record SiteTls(Connection connection, SslContext context) {}

    /**
     * Makes contexts for no connection yet.
     *
     * @param stack whose TLS
     * @param rules whom to trust, and how TLS is spoken
     */
    TlsContexts(TlsStack stack, TrustRules rules) {
        this.stack = stack;
        this.rules = rules;
    }

    /**
     * Moves on to another state of the registry. The contexts of unchanged connections are kept.
     *
     * @param next the new state
     */
    void follow(Registry next) {
        registry = next;
        Set<Connection> pulled = new HashSet<>(next.pulled());
        contexts.entrySet().removeIf(entry -> {
            boolean gone = !pulled.contains(entry.getKey());
            if (gone) {
                ReferenceCountUtil.release(entry.getValue());
            }
            return gone;
        });
        if (isPrepared) {
            prepare();
        }
    }

    /**
     * Finds the context for a handshake.
     *
     * @param serverName what the ClientHello asks for
     * @return the context of the connection with this UUID, if there is one that is pulled
     * @throws UnusableConnectionException if there is one but its key or certificates cannot be used
     */
    Optional<SiteTls> forServerName(String serverName) throws UnusableConnectionException {
        Optional<Connection> connection = registry.findPulled(serverName);
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

    /**
     * Makes the contexts of some connections before a handshake needs them, now and whenever the registry changes. Keys that are not
     * in the registry are left alone: asking a device for one may take long.
     */
    void prepare() {
        isPrepared = true;
        registry.pulled().stream()
                .filter(connection -> !KeyStorage.isOnToken(connection.privateKey()))
                .limit(MOST_PREPARED)
                .forEach(connection -> {
                    try {
                        forServerName(connection.uuid().toString());
                    } catch (UnusableConnectionException e) {
                        // Whoever asks for it is told, and the log then, too.
                        LOG.log(Level.FINEST, e, e::getMessage);
                    }
                });
    }

    /** Returns how many contexts there are. */
    int size() {
        return contexts.size();
    }

    /** Releases all contexts; handshakes and pulls under way keep theirs to their end. */
    @Override
    public void close() {
        follow(Registry.EMPTY);
    }

    private SslContext context(Connection connection) throws UnusableConnectionException {
        try {
            Identity identity = connection.identity();
            PeerCheck trust = rules.of(connection);
            TlsStack fit = stack.fitFor(identity.privateKey());
            try {
                return fit.server(identity, trust, rules.tls());
            } catch (SSLException e) {
                if (fit == TlsStack.JDK) {
                    throw e;
                }
                // It reads certificates by stricter rules than the JDK, and sites issue what they like.
                LOG.log(
                        Level.INFO,
                        e,
                        () -> "connection " + connection.name() + " is served by " + TlsStack.JDK.label() + ": "
                                + e.getMessage());
                return TlsStack.JDK.server(identity, trust, rules.tls());
            }
        } catch (PkiException | SSLException e) {
            throw new UnusableConnectionException(connection, e);
        }
    }
}

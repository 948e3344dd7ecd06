package io.agentctl.connection;

import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.PkiException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Keys on tokens that no connection needs any more. They are destroyed as far as that goes; those in the registry itself went with
 * their connections.
 *
 * @param keys what stood for them in the registry
 */
record UnneededKeys(Set<String> keys) {
    /** Longer than a running daemon takes to notice that a connection has another key now, or is gone. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger("io.agentctl.registry");

    /** Finds the keys that a change of the registry leaves behind. */
    static UnneededKeys between(Registry before, Registry after) {
        Set<String> keys = onTokens(before.connections());
        keys.removeAll(onTokens(after.connections()));
        return new UnneededKeys(keys);
    }

    /** The key of a connection that is not in the registry. */
    static UnneededKeys of(Connection connection) {
        return new UnneededKeys(onTokens(List.of(connection)));
    }

    /** Destroys them when nobody can be using them any more. */
    void destroySoon() {
        if (!keys.isEmpty()) {
            try {
                Thread.sleep(GRACE.toMillis());
            } catch (InterruptedException e) {
                // The process ends: better a handshake that fails than a key that stays.
                Thread.currentThread().interrupt();
            }
            destroy();
        }
    }

    /** Destroys them. What cannot be destroyed is named, for somebody to do it by hand. */
    void destroy() {
        for (String key : keys) {
            try {
                KeyStorage.destroy(key);
            } catch (PkiException e) {
                LOG.warning(() -> "a private key that is not needed any more stays, " + e.getMessage()
                        + "; delete it with the token's own tools");
            }
        }
    }

    private static Set<String> onTokens(List<Connection> connections) {
        return connections.stream()
                .map(Connection::privateKey)
                .filter(KeyStorage::isOnToken)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}

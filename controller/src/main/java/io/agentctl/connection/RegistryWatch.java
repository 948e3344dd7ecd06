package io.agentctl.connection;

import java.util.Objects;
import java.util.Optional;

/**
 * Notices that another process changed the registry. It compares file stamps when asked, since notification by the operating
 * system is slow on some platforms and absent on network file systems. Not thread-safe.
 */
public final class RegistryWatch {
    private final ConnectionRegistry registry;
    private ConnectionRegistry.Stamp seen;

    /** @param registry what to watch; its present state counts as not yet seen */
    public RegistryWatch(ConnectionRegistry registry) {
        this.registry = registry;
    }

    /**
     * Asks for news.
     *
     * @return what the files say now, or empty if they have not changed since the last call
     * @throws RegistryException if they have changed into something unreadable; thrown once per change
     */
    public Optional<PullPolicy> poll() throws RegistryException {
        ConnectionRegistry.Stamp now = registry.stamp();
        if (Objects.equals(now, seen)) {
            return Optional.empty();
        }
        // Taken before reading: a change in between is then seen at the next call, at worst twice, never not at all.
        seen = now;
        return Optional.of(new PullPolicy(registry.read(), now.legacyPullMarker()));
    }
}

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
    private String trouble = "";

    /** @param registry what to watch; its present state counts as not yet seen */
    public RegistryWatch(ConnectionRegistry registry) {
        this.registry = registry;
    }

    /**
     * Asks for news.
     *
     * @return what the files say now, or empty if they have not changed since the last call or still cannot be read
     * @throws RegistryException if they have become unreadable; thrown once, until they are readable or so for another reason
     */
    public Optional<PullPolicy> poll() throws RegistryException {
        ConnectionRegistry.Stamp now = registry.stamp();
        if (Objects.equals(now, seen)) {
            return Optional.empty();
        }
        try {
            Registry present = registry.read();
            // Taken before reading: a change in between is then seen at the next call, at worst twice, never not at
            // all.
            seen = now;
            trouble = "";
            return Optional.of(new PullPolicy(present, now.legacyPullMarker()));
        } catch (RegistryException e) {
            // A text mends with the file, whose stamp then changes; a disk or a network, without any.
            seen = e.isOfFileSystem() ? null : now;
            if (e.getMessage().equals(trouble)) {
                return Optional.empty();
            }
            trouble = e.getMessage();
            throw e;
        }
    }
}

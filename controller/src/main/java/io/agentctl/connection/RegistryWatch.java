package io.agentctl.connection;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices that another process changed the registry. What counts is a comparison of file stamps; when to compare is told by the
 * operating system where it can, so that a host on which nothing happens need not look twice a second for years. For one thread at a
 * time.
 */
public final class RegistryWatch implements AutoCloseable {
    /** Changes are to be noticed within a second. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    /** The operating system does not tell of everything: what another host changes on a network file system, for instance. */
    private static final Duration LONGEST_TRUST = Duration.ofSeconds(10);

    private final ConnectionRegistry registry;
    private volatile Optional<FolderEvents> events = Optional.empty();
    private boolean eventsAsked;
    private ConnectionRegistry.Stamp seen;
    private String trouble = "";

    /** @param registry what to watch; its present state counts as not yet seen */
    public RegistryWatch(ConnectionRegistry registry) {
        this.registry = registry;
    }

    /**
     * Waits until {@link #poll} may have news, or for some seconds.
     *
     * @param stop ends the wait, together with {@link #close}
     * @throws InterruptedException if interrupted
     */
    public void await(CountDownLatch stop) throws InterruptedException {
        if (!eventsAsked) {
            eventsAsked = true;
            events = FolderEvents.of(registry.file().toAbsolutePath().getParent());
        }
        if (events.isEmpty() || !events.get().await(LONGEST_TRUST)) {
            stop.await(POLL_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Ends a wait; by any thread. */
    @Override
    public void close() {
        events.ifPresent(FolderEvents::close);
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

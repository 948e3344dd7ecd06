package io.agentctl.connection;

import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/**
 * The sole owner of {@code registered_connections.json} and of the marker {@code allow-legacy-pull} in the home directory.
 *
 * <p>Every change reads the file, modifies what it read and replaces the file, all under a lock that excludes other processes: a
 * daemon's renewal and a registration on the command line never undo each other. A file that cannot be understood is never
 * overwritten. Readers need no lock, since the file is only ever replaced as a whole. Safe for use by several threads.
 */
public final class ConnectionRegistry {
    /** Largest registry accepted, in bytes; a thousand connections with RSA-4096 keys take about 10 MB. */
    public static final int MAX_FILE_SIZE = 64 * 1024 * 1024;

    /** Made when there is something to say: setting up the log costs the agent's call of {@code status} more than its answer. */
    private static final class Log {
        static final Logger LOG = Logger.getLogger("io.agentctl.connection");
    }

    /** Many times what a change takes, as many may be waiting for a slow disk. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final RegistryFile file;
    private final LegacyPullMarker marker;
    private final RegistryWitness witness;

    /** @param home the controller's home directory; created with mode 0700 by the first change if it is missing */
    public ConnectionRegistry(Path home) {
        this(home, RegistryWitness.NONE);
    }

    /**
     * @param home the controller's home directory; created with mode 0700 by the first change if it is missing
     * @param witness is told of every change
     */
    public ConnectionRegistry(Path home, RegistryWitness witness) {
        this(home, new FileSystemDisk(), witness);
    }

    ConnectionRegistry(Path home, Disk disk) {
        this(home, disk, RegistryWitness.NONE);
    }

    private ConnectionRegistry(Path home, Disk disk, RegistryWitness witness) {
        this.home = home;
        this.witness = witness;
        this.file = new RegistryFile(home.resolve("registered_connections.json"), disk);
        this.marker = new LegacyPullMarker(home.resolve("allow-legacy-pull"), disk);
    }

    /** Returns the registry file's path. */
    public Path file() {
        return file.path();
    }

    /**
     * Reads the registry.
     *
     * @return all connections; none if the file is missing
     * @throws RegistryException if the file is there but cannot be read or understood, or has vanished together with its directory
     */
    public Registry read() throws RegistryException {
        return file.read().registry();
    }

    /**
     * Changes the registry and removes the marker for legacy pull. Keys on tokens that no connection needs any more are destroyed.
     *
     * @param change makes the new registry from the present one; called once, under the lock; must not wait for other processes
     * @return the new registry, which is on disk when this method returns
     * @throws RegistryException if the registry cannot be read, understood, locked or written, or the marker not be removed where it has
     *     an effect; whom port 6556 serves is then unchanged
     */
    public Registry update(UnaryOperator<Registry> change) throws RegistryException {
        return locked(before -> replaceWithoutMarker(before, change.apply(before.registry())));
    }

    /**
     * Stores a new connection, in the place of any other to its site. If that fails, its key is not needed any more.
     *
     * @param connection the connection
     * @throws RegistryException if it cannot be stored
     */
    public void add(Connection connection) throws RegistryException {
        try {
            update(present -> present.with(connection));
        } catch (RegistryException e) {
            discard(connection);
            throw e;
        }
    }

    /**
     * Gives up a connection that was to be stored: destroys its key on a token, unless the registry has come to hold it after all.
     *
     * @param connection the connection
     */
    public void discard(Connection connection) {
        if (KeyStorage.isOnToken(connection.privateKey()) && !mayHold(connection)) {
            UnneededKeys.of(connection).destroy();
        }
    }

    /** A failure may come after the change: then the key is needed, and where that cannot be told it may be. */
    private boolean mayHold(Connection connection) {
        try {
            return read().connections().stream()
                    .anyMatch(present -> present.privateKey().equals(connection.privateKey()));
        } catch (RegistryException e) {
            return true;
        }
    }

    /**
     * Changes the registry as {@link #update} does, unless there is nothing to change any more: then all stays as it is, and so does the
     * marker, which may be what somebody else has wanted meanwhile.
     *
     * @param change makes the new registry from the present one; called once, under the lock; must not wait for other processes
     * @return the new registry, or the present one
     * @throws RegistryException as {@link #update} does
     */
    public Registry updateIfDifferent(UnaryOperator<Registry> change) throws RegistryException {
        return locked(before -> {
            Registry changed = change.apply(before.registry());
            return changed.equals(before.registry()) ? changed : replaceWithoutMarker(before, changed);
        });
    }

    /**
     * Demands that a change could be stored, before something is done that only a stored change makes good. Whether there is permission
     * and room is found out by writing.
     *
     * @throws RegistryException if the registry cannot be read, understood, locked or written
     */
    public void checkChangeable() throws RegistryException {
        locked(before -> {
            file.rehearse(before);
            return before.registry();
        });
    }

    /**
     * Removes all connections and opens the port in the clear: legacy pull.
     *
     * @throws RegistryException if the registry or the marker cannot be written
     */
    public void clearAndAllowLegacyPull() throws RegistryException {
        locked(before -> {
            if (!before.registry().isEmpty()) {
                return clearWithMarker(before);
            }
            if (before.text().isEmpty()) {
                // Packages look for the file, to do this once.
                file.replace(before, before.registry());
            }
            marker.create();
            return before.registry();
        });
    }

    /** The marker comes first, as it has no effect while there are connections: what opens the port is one step. */
    private Registry clearWithMarker(RegistryFile.Content before) throws RegistryException {
        boolean created = marker.create();
        Registry cleared = before.registry().without(connection -> true);
        try {
            file.replace(before, cleared);
        } catch (RegistryException e) {
            if (created) {
                removeMarkerAfter(e);
            }
            throw e;
        }
        return cleared;
    }

    private void removeMarkerAfter(RegistryException failure) {
        try {
            marker.remove();
        } catch (RegistryException e) {
            failure.addSuppressed(e);
        }
    }

    private interface Change {
        Registry of(RegistryFile.Content before) throws RegistryException;
    }

    private Registry locked(Change change) throws RegistryException {
        // Where a home has vanished none is to be created, as that would pass for one without connections.
        file.demandDirectory();
        createHome();
        RegistryFile.Content before;
        Registry changed;
        RegistryLock lock = RegistryLock.acquire(lockFile(), LOCK_PATIENCE);
        try {
            before = file.read();
            changed = change.of(before);
        } finally {
            lock.release();
        }
        // Not under the lock: a token may be slow.
        UnneededKeys.between(before.registry(), changed).destroySoon();
        if (!changed.equals(before.registry())) {
            witness.changed(before.registry(), changed);
        }
        return changed;
    }

    /** In an order in which one step alone changes what a puller meets. */
    private Registry replaceWithoutMarker(RegistryFile.Content before, Registry changed) throws RegistryException {
        if (changed.isEmpty() && !before.registry().isEmpty()) {
            // Or the marker would have an effect until it is removed.
            marker.remove();
            file.replace(before, changed);
            return changed;
        }
        file.replace(before, changed);
        try {
            marker.remove();
        } catch (RegistryException e) {
            if (changed.isEmpty()) {
                throw e;
            }
            Log.LOG.warning(() -> e.getMessage() + "; it has no effect as long as there is a connection");
        }
        return changed;
    }

    /** Returns whether the marker for legacy pull is there; it has an effect only while no connection is registered. */
    public boolean hasLegacyPullMarker() {
        return marker.exists();
    }

    /**
     * Reads whom port 6556 serves.
     *
     * @return registry and marker
     * @throws RegistryException if the registry is there but cannot be read or understood
     */
    public PullPolicy pullPolicy() throws RegistryException {
        return new PullPolicy(read(), hasLegacyPullMarker());
    }

    /** Tells two states of the files apart without reading them; equal stamps mean that nothing was changed in between. */
    Stamp stamp() {
        return new Stamp(file.version(), hasLegacyPullMarker());
    }

    record Stamp(Optional<Map<String, Object>> version, boolean legacyPullMarker) {}

    private Path lockFile() {
        return home.resolve(".registered_connections.lock");
    }

    private void createHome() throws RegistryException {
        try {
            boolean isNew = Files.notExists(home);
            Files.createDirectories(home, OwnerOnly.folder(home));
            if (isNew) {
                OwnerOnly.seal(home);
            }
        } catch (IOException e) {
            throw new RegistryException("cannot create the home directory " + home + ": " + PrivateFile.reason(e), e);
        }
    }
}

package io.agentctl.connection;

import io.agentctl.json.MalformedJsonException;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
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

    private static final Logger LOG = Logger.getLogger("io.agentctl.connection");

    /** Many times what a change takes, as many may be waiting for a slow disk. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

    /** What one more connection takes, with RSA-4096 keys and a chain of certificates, in bytes. */
    private static final int ROOM_FOR_ANOTHER = 32 * 1024;

    private final Path home;
    private final Path file;
    private final Path legacyPullMarker;
    private final Disk disk;

    /** Which directory the registry was last seen in, if it was. */
    private volatile Optional<String> seenIn = Optional.empty();

    /** @param home the controller's home directory; created with mode 0700 by the first change if it is missing */
    public ConnectionRegistry(Path home) {
        this(home, new FileSystemDisk());
    }

    ConnectionRegistry(Path home, Disk disk) {
        this.home = home;
        this.file = home.resolve("registered_connections.json");
        this.legacyPullMarker = home.resolve("allow-legacy-pull");
        this.disk = disk;
    }

    /** Returns the registry file's path. */
    public Path file() {
        return file;
    }

    /**
     * Reads the registry.
     *
     * @return all connections; none if the file is missing
     * @throws RegistryException if the file is there but cannot be read or understood, or has vanished together with its directory
     */
    public Registry read() throws RegistryException {
        return parse(text());
    }

    private Optional<String> text() throws RegistryException {
        Optional<String> directory = identity(home);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_SIZE + 1);
        } catch (NoSuchFileException e) {
            refuseIfVanished(directory, e);
            seenIn = Optional.empty();
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException("cannot read " + file + ": " + PrivateFile.reason(e), e);
        }
        seenIn = directory;
        if (bytes.length > MAX_FILE_SIZE) {
            throw new RegistryException(file + " is larger than " + MAX_FILE_SIZE / (1024 * 1024)
                    + " MiB and is no registry; move it away to begin anew");
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw malformed("it is not UTF-8 text");
        }
    }

    /** A file alone that is missing was deleted, and that is meant; with all that was around it, it was not. */
    private void refuseIfVanished(Optional<String> directory, NoSuchFileException missing) throws RegistryException {
        if (seenIn.isPresent() && !seenIn.equals(directory)) {
            throw new RegistryException(
                    "cannot read " + file
                            + ": the home directory it was in is gone; mount its file system, or register anew",
                    missing);
        }
        if (Files.isSymbolicLink(file)) {
            throw new RegistryException(
                    "cannot read " + file + ": it is a symbolic link that leads nowhere; mount the file system it"
                            + " leads to, or remove the link to begin anew",
                    missing);
        }
    }

    private Registry parse(Optional<String> text) throws RegistryException {
        if (text.isEmpty()) {
            return Registry.EMPTY;
        }
        try {
            return RegistryFormat.parse(text.get());
        } catch (MalformedJsonException e) {
            throw malformed(e.getMessage());
        }
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
        return locked((text, present) -> saveWithoutMarker(text, present, change.apply(present)));
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
        return locked((text, present) -> {
            Registry changed = change.apply(present);
            return changed.equals(present) ? present : saveWithoutMarker(text, present, changed);
        });
    }

    /**
     * Demands that a change could be stored, before something is done that only a stored change makes good. Whether there is permission
     * and room is found out by writing.
     *
     * @throws RegistryException if the registry cannot be read, understood, locked or written
     */
    public void checkChangeable() throws RegistryException {
        locked((text, present) -> {
            try {
                new PrivateFile(file, disk).rehearse(text.map(String::length).orElse(0) + ROOM_FOR_ANOTHER);
            } catch (IOException e) {
                throw new RegistryException("cannot write " + file + ": " + PrivateFile.reason(e), e);
            }
            return present;
        });
    }

    /**
     * Removes all connections and opens the port in the clear: legacy pull.
     *
     * @throws RegistryException if the registry or the marker cannot be written
     */
    public void clearAndAllowLegacyPull() throws RegistryException {
        locked((text, present) -> {
            if (!present.isEmpty()) {
                return clearedWithMarker(text, present);
            }
            if (text.isEmpty()) {
                // Packages look for the file, to do this once.
                save(text, present);
            }
            createMarker();
            return present;
        });
    }

    /** The marker comes first, as it has no effect while there are connections: what opens the port is one step. */
    private Registry clearedWithMarker(Optional<String> text, Registry present) throws RegistryException {
        boolean created = createMarker();
        Registry cleared = present.without(connection -> true);
        try {
            save(text, cleared);
        } catch (RegistryException e) {
            if (created) {
                takeBackMarker(e);
            }
            throw e;
        }
        return cleared;
    }

    private boolean createMarker() throws RegistryException {
        try {
            return new PrivateFile(legacyPullMarker, disk).createIfMissing();
        } catch (IOException e) {
            throw new RegistryException("cannot write " + legacyPullMarker + ": " + PrivateFile.reason(e), e);
        }
    }

    private void takeBackMarker(RegistryException failure) {
        try {
            new PrivateFile(legacyPullMarker, disk).delete();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private interface Change {
        Registry of(Optional<String> text, Registry present) throws RegistryException;
    }

    private Registry locked(Change change) throws RegistryException {
        if (seenIn.isPresent() && !Files.exists(file)) {
            // Where a home has vanished none is to be created, as that would pass for one without connections.
            text();
        }
        createHome();
        Registry present;
        Registry changed;
        RegistryLock lock = RegistryLock.acquire(lockFile(), LOCK_PATIENCE);
        try {
            Optional<String> text = text();
            present = parse(text);
            changed = change.of(text, present);
        } finally {
            lock.release();
        }
        // Not under the lock: a token may be slow.
        UnneededKeys.between(present, changed).destroySoon();
        return changed;
    }

    private void save(Optional<String> present, Registry changed) throws RegistryException {
        try {
            if (present.isPresent() && RegistryFormat.holdsCoordinates(present.get())) {
                // The one change of form that a controller of Checkmk 2.1 could not follow.
                new PrivateFile(home.resolve(file.getFileName() + ".2.1"), disk).replace(present.get());
            }
            new PrivateFile(file, disk).replace(RegistryFormat.print(changed));
        } catch (IOException e) {
            throw new RegistryException("cannot write " + file + ": " + PrivateFile.reason(e), e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("it has just been parsed", e);
        }
    }

    /** In an order in which one step alone changes what a puller meets. */
    private Registry saveWithoutMarker(Optional<String> text, Registry present, Registry changed)
            throws RegistryException {
        if (changed.isEmpty() && !present.isEmpty()) {
            // Or the marker would have an effect until it is removed.
            removeMarker();
            save(text, changed);
            return changed;
        }
        save(text, changed);
        try {
            removeMarker();
        } catch (RegistryException e) {
            if (changed.isEmpty()) {
                throw e;
            }
            LOG.warning(() -> e.getMessage() + "; it has no effect as long as there is a connection");
        }
        return changed;
    }

    private void removeMarker() throws RegistryException {
        try {
            new PrivateFile(legacyPullMarker, disk).delete();
        } catch (IOException e) {
            throw new RegistryException("cannot remove " + legacyPullMarker + ": " + PrivateFile.reason(e), e);
        }
    }

    /** Returns whether the marker for legacy pull is there; it has an effect only while no connection is registered. */
    public boolean hasLegacyPullMarker() {
        return Files.exists(legacyPullMarker);
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
        return new Stamp(version(file), hasLegacyPullMarker());
    }

    record Stamp(Optional<String> version, boolean legacyPullMarker) {}

    /** Owner and mode count too: whoever repairs them changes nothing else. */
    private static Optional<String> version(Path path) {
        String attributes = path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? "unix:fileKey,lastModifiedTime,size,mode,uid,gid"
                : "fileKey,lastModifiedTime,size";
        try {
            return Optional.of(new TreeMap<>(Files.readAttributes(path, attributes)).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Tells a directory from another one that has come into its place. */
    private static Optional<String> identity(Path directory) {
        try {
            return Optional.of(String.valueOf(
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Path lockFile() {
        return home.resolve(".registered_connections.lock");
    }

    private void createHome() throws RegistryException {
        try {
            Files.createDirectories(home, OwnerOnly.folder(home));
        } catch (IOException e) {
            throw new RegistryException("cannot create the home directory " + home + ": " + PrivateFile.reason(e), e);
        }
    }

    private RegistryException malformed(String reason) {
        return new RegistryException(
                "cannot understand " + file + ": " + reason + "; repair it or move it away, it is left as it is");
    }
}

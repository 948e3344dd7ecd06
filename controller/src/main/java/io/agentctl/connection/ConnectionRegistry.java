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
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

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

    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);

    private final Path home;
    private final Path file;
    private final Path legacyPullMarker;

    /** @param home the controller's home directory; created with mode 0700 by the first change if it is missing */
    public ConnectionRegistry(Path home) {
        this.home = home;
        this.file = home.resolve("registered_connections.json");
        this.legacyPullMarker = home.resolve("allow-legacy-pull");
    }

    /** Returns the registry file's path. */
    public Path file() {
        return file;
    }

    /**
     * Reads the registry.
     *
     * @return all connections; none if the file is missing
     * @throws RegistryException if the file is there but cannot be read or understood
     */
    public Registry read() throws RegistryException {
        Optional<String> text = text();
        return text.isPresent() ? parse(text.get()) : Registry.EMPTY;
    }

    private Optional<String> text() throws RegistryException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_SIZE + 1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException("cannot read " + file + ": " + PrivateFile.reason(e), e);
        }
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

    private Registry parse(String text) throws RegistryException {
        try {
            return RegistryFormat.parse(text);
        } catch (MalformedJsonException e) {
            throw malformed(e.getMessage());
        }
    }

    /**
     * Changes the registry and removes the marker for legacy pull. Keys on tokens that no connection needs any more are destroyed.
     *
     * @param change makes the new registry from the present one; called once, under the lock; must not wait for other processes
     * @return the new registry, which is on disk when this method returns
     * @throws RegistryException if the registry cannot be read, understood, locked or written; it is then unchanged
     */
    public Registry update(UnaryOperator<Registry> change) throws RegistryException {
        createHome();
        Registry present;
        Registry changed;
        RegistryLock lock = RegistryLock.acquire(lockFile(), LOCK_PATIENCE);
        try {
            Optional<String> text = text();
            present = text.isPresent() ? parse(text.get()) : Registry.EMPTY;
            changed = change.apply(present);
            try {
                if (text.isPresent() && RegistryFormat.holdsCoordinates(text.get())) {
                    // The one change of form that a controller of Checkmk 2.1 could not follow.
                    new PrivateFile(home.resolve(file.getFileName() + ".2.1")).replace(text.get());
                }
                new PrivateFile(file).replace(RegistryFormat.print(changed));
                // Only now: whoever looks in between sees marker and connections, and then TLS wins.
                Files.deleteIfExists(legacyPullMarker);
            } catch (IOException e) {
                throw new RegistryException("cannot write " + file + ": " + PrivateFile.reason(e), e);
            } catch (MalformedJsonException e) {
                throw new IllegalStateException("it has just been parsed", e);
            }
        } finally {
            lock.release();
        }
        // Not under the lock: a token may be slow.
        UnneededKeys.between(present, changed).destroySoon();
        return changed;
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
     * Demands that a change could be stored, before something is done that only a stored change makes good.
     *
     * @throws RegistryException if the registry cannot be read, understood or locked, or the home directory cannot be written to
     */
    public void checkChangeable() throws RegistryException {
        read();
        createHome();
        RegistryLock.acquire(lockFile(), LOCK_PATIENCE).release();
        if (!Files.isWritable(home)) {
            throw new RegistryException("cannot write to " + home + ": permission denied for user '"
                    + System.getProperty("user.name") + "'");
        }
    }

    /**
     * Removes all connections and opens the port in the clear: legacy pull.
     *
     * @throws RegistryException if the registry or the marker cannot be written
     */
    public void clearAndAllowLegacyPull() throws RegistryException {
        update(registry -> registry.without(connection -> true));
        try {
            new PrivateFile(legacyPullMarker).replace("");
        } catch (IOException e) {
            throw new RegistryException("cannot write " + legacyPullMarker + ": " + PrivateFile.reason(e), e);
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

package io.agentctl.connection;

import io.agentctl.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code registered_connections.json}: read as a whole, and replaced as a whole. Knows a file that was deleted from one that
 * has vanished with all that was around it. Whoever replaces it sees to it that nobody else does so at the same time.
 */
final class RegistryFile {
    /** What one more connection takes, with RSA-4096 keys and a chain of certificates, in bytes. */
    private static final int ROOM_FOR_ANOTHER = 32 * 1024;

    private final Path path;
    private final Path folder;
    private final Disk disk;

    /** Which directory the file was last seen in, if it was. */
    private volatile Optional<String> seenIn = Optional.empty();

    /**
     * What the file says.
     *
     * @param text as it stands there; empty if there is no file. A secret
     * @param registry what that means
     */
    record Content(Optional<String> text, Registry registry) {

        /** Whether a controller of Checkmk 2.1 wrote it, which could not follow the one change of form. */
        private boolean isOfOldForm() {
            try {
                return text.isPresent() && RegistryFormat.holdsCoordinates(text.get());
            } catch (MalformedJsonException e) {
                throw new IllegalStateException("it has been parsed", e);
            }
        }

        @Override
        public String toString() {
            return "Content[" + registry.connections().size() + " connections]";
        }
    }

    RegistryFile(Path path, Disk disk) {
        this.path = path;
        this.folder = path.toAbsolutePath().getParent();
        this.disk = disk;
    }

    Path path() {
        return path;
    }

    /**
     * Reads it.
     *
     * @return what it says; no connections if it is missing
     * @throws RegistryException if it is there but cannot be read or understood, or has vanished together with its directory
     */
    Content read() throws RegistryException {
        Optional<String> text = text();
        try {
            return new Content(text, text.isPresent() ? RegistryFormat.parse(text.get()) : Registry.EMPTY);
        } catch (MalformedJsonException e) {
            throw malformed(e.getMessage());
        }
    }

    /** Demands that its directory is still the one it was seen in, before another might be made in that place. */
    void demandDirectory() throws RegistryException {
        if (seenIn.isPresent() && !Files.exists(path)) {
            text();
        }
    }

    /**
     * Replaces it; what a controller of Checkmk 2.1 wrote is kept beside it.
     *
     * @param before what it says
     * @param registry what it shall say
     * @throws RegistryException if it cannot be written; it then says what it said
     */
    void replace(Content before, Registry registry) throws RegistryException {
        try {
            if (before.isOfOldForm()) {
                new PrivateFile(path.resolveSibling(path.getFileName() + ".2.1"), disk)
                        .replace(before.text().orElseThrow());
            }
            new PrivateFile(path, disk).replace(RegistryFormat.print(registry));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * Goes through all of a replacement by a text with one connection more, but the replacing itself.
     *
     * @param present what it says
     * @throws RegistryException if there is no room or no permission for it
     */
    void rehearse(Content present) throws RegistryException {
        try {
            new PrivateFile(path, disk)
                    .rehearse(present.text().map(String::length).orElse(0) + ROOM_FOR_ANOTHER);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Tells two states of it apart without reading it. Owner and mode count too: whoever repairs them changes nothing else. */
    Optional<Map<String, Object>> version() {
        String attributes = path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? "unix:fileKey,lastModifiedTime,size,mode,uid,gid"
                : "fileKey,lastModifiedTime,size";
        try {
            // Not an immutable copy, which would not hold the key that files on Windows do not have.
            return Optional.of(new HashMap<>(Files.readAttributes(path, attributes)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> text() throws RegistryException {
        Optional<String> directory = identity(folder);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(ConnectionRegistry.MAX_FILE_SIZE + 1);
        } catch (NoSuchFileException e) {
            refuseIfVanished(directory, e);
            seenIn = Optional.empty();
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException("cannot read " + path + ": " + PrivateFile.reason(e), e);
        }
        seenIn = directory;
        if (bytes.length > ConnectionRegistry.MAX_FILE_SIZE) {
            throw new RegistryException(path + " is larger than " + ConnectionRegistry.MAX_FILE_SIZE / (1024 * 1024)
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
                    "cannot read " + path
                            + ": the home directory it was in is gone; mount its file system, or register anew",
                    missing);
        }
        if (Files.isSymbolicLink(path)) {
            throw new RegistryException(
                    "cannot read " + path + ": it is a symbolic link that leads nowhere; mount the file system it"
                            + " leads to, or remove the link to begin anew",
                    missing);
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

    private RegistryException unwritable(IOException e) {
        return new RegistryException("cannot write " + path + ": " + PrivateFile.reason(e), e);
    }

    private RegistryException malformed(String reason) {
        return new RegistryException(
                "cannot understand " + path + ": " + reason + "; repair it or move it away, it is left as it is");
    }
}

package io.agentctl.live;

import io.agentctl.net.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;

/**
 * A unix socket that its owner alone can connect to. It is made under another name and gets its own in one step, so that nobody meets it half
 * made, and one that a killed process left is replaced; anything but a socket is left alone.
 *
 * @param channel listens
 * @param path where it stands
 * @param key tells the file from one of another process; null where the file system knows none
 */
record OwnedSocket(ServerSocketChannel channel, Path path, Object key) implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Listens.
     *
     * @param address where
     * @return the socket
     * @throws IOException if another process answers there, or it cannot be made
     */
    static OwnedSocket at(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        requireNothingButASocket(path);
        requireNothingButASocket(unfinished);
        if (isAnswered(address)) {
            throw new IOException("another process answers there");
        }
        Files.deleteIfExists(unfinished);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(unfinished), BACKLOG);
            if (Files.getFileAttributeView(unfinished, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            }
            Object key = attributes(unfinished).fileKey();
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            return new OwnedSocket(channel, path, key);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static void requireNothingButASocket(Path path) throws IOException {
        try {
            if (!attributes(path).isOther()) {
                throw new IOException("there is something else at " + path);
            }
        } catch (NoSuchFileException e) {
            // The place is free.
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isAnswered(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Deadline deadline = Deadline.in(PATIENCE, () -> close(other));
            try (deadline) {
                return other.connect(address);
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops listening, and leaves nothing behind; what another process has put in its place stays. */
    @Override
    public void close() throws IOException {
        channel.close();
        try {
            if (Objects.equals(attributes(path).fileKey(), key)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody else has removed it.
        }
    }
}

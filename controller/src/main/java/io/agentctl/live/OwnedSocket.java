package io.agentctl.live;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A unix socket that its owner alone can connect to. It is made under another name and gets its own in one step, so that nobody meets it half
 * made, and one that a killed process left is replaced.
 *
 * @param channel listens
 * @param path where it stands
 */
record OwnedSocket(ServerSocketChannel channel, Path path) implements AutoCloseable {
    private static final int BACKLOG = 16;

    /**
     * Listens.
     *
     * @param address where
     * @return the socket
     * @throws IOException if another process answers there, or it cannot be made
     */
    static OwnedSocket at(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (isAnswered(address)) {
            throw new IOException("another process answers there");
        }
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(unfinished), BACKLOG);
            if (Files.getFileAttributeView(unfinished, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            }
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            return new OwnedSocket(channel, path);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static boolean isAnswered(UnixDomainSocketAddress address) {
        try (SocketChannel other = SocketChannel.open(address)) {
            return other.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Stops listening, and leaves nothing behind. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}

package io.agentctl.connection;

import io.agentctl.pki.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that its owner alone can read (mode 0600 from its first byte) and that is replaced as a whole: a reader, or a machine that
 * starts again after a power cut, finds the old text or the new one.
 *
 * @param path where it stands; a symbolic link is followed
 */
record PrivateFile(Path path) {

    /**
     * Replaces the text. The caller sees to it that nobody else does so at the same time.
     *
     * @param text the new text
     * @throws IOException if it cannot be written; the old text then stands
     */
    void replace(String text) throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        Path folder = target.getParent();
        deleteLeftovers(folder, target);
        Path temporary = Files.createTempFile(folder, "." + target.getFileName() + ".", ".tmp", OwnerOnly.file(folder));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(folder);
    }

    /** What a process left that was killed while it wrote: it may hold keys. */
    private static void deleteLeftovers(Path folder, Path target) throws IOException {
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(folder, "." + target.getFileName() + ".*.tmp")) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /** Puts into words what a file system refused, without the path that its own message begins with. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied for user '" + System.getProperty("user.name") + "'";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The rename itself must survive a power cut, and a directory entry is data of the directory. */
    private static void sync(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return; // Windows cannot open a directory, and orders renames by itself.
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

package io.agentctl.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Logger;

/**
 * A file that its owner alone can read (mode 0600 from its first byte) and that is replaced as a whole: a reader, or a machine that
 * starts again after a power cut, finds the old text or the new one.
 *
 * @param path where it stands; a symbolic link is followed, and refused if it leads nowhere
 * @param disk what it stands on
 */
record PrivateFile(Path path, Disk disk) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.connection");

    /**
     * Replaces the text. The caller sees to it that nobody else does so at the same time.
     *
     * @param text the new text
     * @throws IOException if it cannot be written; the old text then stands
     */
    void replace(String text) throws IOException {
        Path target = target();
        deleteLeftovers();
        Path temporary = temporary(target);
        try {
            write(temporary, StandardCharsets.UTF_8.encode(text));
            disk.rename(temporary, target);
        } catch (IOException | RuntimeException e) {
            discard(temporary, e);
            throw e;
        }
        syncFolderOf(target);
    }

    /**
     * Goes through all of a replacement but the replacing itself.
     *
     * @param size how many bytes the new text may take
     * @throws IOException if there is no room or no permission for it
     */
    void rehearse(int size) throws IOException {
        deleteLeftovers();
        Path temporary = temporary(target());
        try {
            write(temporary, ByteBuffer.allocate(size));
        } catch (IOException | RuntimeException e) {
            discard(temporary, e);
            throw e;
        }
        disk.delete(temporary);
    }

    /**
     * Makes the file without any text, unless it is there already.
     *
     * @return whether it was not there
     * @throws IOException if it cannot be made
     */
    boolean createIfMissing() throws IOException {
        if (Files.exists(path)) {
            return false;
        }
        disk.create(path).close();
        syncFolderOf(path);
        return true;
    }

    /**
     * Deletes the file, if it is there; of a symbolic link, the link.
     *
     * @throws IOException if it cannot be deleted
     */
    void delete() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            disk.delete(path);
            syncFolderOf(path);
        }
    }

    /** What was done is done, for all who look: to call it a failure would be wrong, and to take it back could fail as well. */
    private void syncFolderOf(Path changed) {
        try {
            disk.sync(changed.toAbsolutePath().getParent());
        } catch (IOException e) {
            LOG.warning(() -> changed + " was changed, but a power cut may undo that: " + reason(e));
        }
    }

    /**
     * Deletes what a process left that was killed while it wrote: it may hold keys. The caller sees to it that nobody writes.
     *
     * @throws IOException if something cannot be deleted
     */
    private void deleteLeftovers() throws IOException {
        Path target = target();
        String prefix = "." + target.getFileName() + ".";
        DirectoryStream.Filter<Path> abandoned = file -> {
            String name = file.getFileName().toString();
            return name.startsWith(prefix) && name.endsWith(".tmp");
        };
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(target.getParent(), abandoned)) {
            for (Path leftover : leftovers) {
                disk.delete(leftover);
            }
        }
    }

    private Path target() throws IOException {
        return Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
    }

    private static Path temporary(Path target) {
        long number = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        return target.resolveSibling("." + target.getFileName() + "." + number + ".tmp");
    }

    private void write(Path temporary, ByteBuffer bytes) throws IOException {
        try (Disk.NewFile file = disk.create(temporary)) {
            file.write(bytes);
            file.sync();
        }
    }

    /** A disk that refused a write often refuses all that follows: the first refusal is the one to tell. */
    private void discard(Path temporary, Exception refusal) {
        try {
            disk.delete(temporary);
        } catch (IOException e) {
            refusal.addSuppressed(e);
        }
    }

    /** Puts into words what a file system refused, without the path that its own message begins with, and what its user can do. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied for user '" + user() + "'";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "something else stands there";
        }
        String reason = e instanceof FileSystemException refused ? refused.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason + remedy(reason);
    }

    /** Where the operating system speaks another language than English, its word has to do. */
    private static String remedy(String reason) {
        return switch (reason) {
            case "No space left on device" -> "; free some space there, then try again";
            case "Disk quota exceeded" ->
                "; free some space there or raise the quota of user '" + user() + "', then try again";
            case "Read-only file system" -> "; have it mounted for writing, then try again";
            case "Input/output error" -> "; the disk fails: the kernel's log says more";
            case "Stale file handle" -> "; the file server has replaced it: mount it anew, then try again";
            case "No locks available", "Function not implemented" ->
                "; without locks, programs would undo each other's changes: have the file server offer them,"
                        + " or keep the home directory on a local file system";
            default -> "";
        };
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}

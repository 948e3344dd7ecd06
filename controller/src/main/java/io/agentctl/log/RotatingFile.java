package io.agentctl.log;

import io.agentctl.pki.OwnerOnly;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A file that grows by a line an event, for its owner alone. When it is full it is renamed to {@code NAME.1}, that to {@code NAME.2} and
 * so on, and the oldest is given up. Where others hinder the renaming, as readers on Windows do, it grows on and tries again later.
 *
 * <p>Several processes may write to one file, and others may rename it: every line is written by one call, to the file that has the name
 * at that moment, and one process at a time renames. Thread-safe.
 */
public final class RotatingFile {
    private final Path path;
    private final long maxSize;
    private final int kept;
    private FileOutputStream stream;
    private Object key;
    private long limit;

    private RotatingFile(Path path, long maxSize, int kept) {
        this.path = path;
        this.maxSize = maxSize;
        this.kept = kept;
        this.limit = maxSize;
    }

    /**
     * Opens it when the first line comes; its folder is made if it is missing.
     *
     * @param path where it stands
     * @param maxSize how many bytes it holds before it is renamed; at least 1
     * @param kept how many full files are kept; at least 0
     * @return the file
     */
    public static RotatingFile at(Path path, long maxSize, int kept) {
        return new RotatingFile(path.toAbsolutePath(), maxSize, kept);
    }

    /**
     * Opens it now.
     *
     * @param path where it stands
     * @param maxSize how many bytes it holds before it is renamed; at least 1
     * @param kept how many full files are kept; at least 0
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static RotatingFile open(Path path, long maxSize, int kept) throws IOException {
        RotatingFile file = at(path, maxSize, kept);
        file.reopen();
        return file;
    }

    /** Returns where it stands. */
    public Path path() {
        return path;
    }

    /**
     * Appends an event, which never stands in two files.
     *
     * @param event its text, without a line end
     * @throws IOException if it cannot be written; later ones may be
     */
    public synchronized void append(String event) throws IOException {
        byte[] bytes = (event + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
        Optional<BasicFileAttributes> present = attributes();
        if (stream == null || isReplaced(present)) {
            reopen();
            present = attributes();
        }
        long size = present.map(BasicFileAttributes::size).orElse(0L);
        if (size > 0 && size + bytes.length > limit) {
            rotate();
        }
        stream.write(bytes);
    }

    /** Where files have no key, as on Windows, an open one cannot be renamed either. */
    private boolean isReplaced(Optional<BasicFileAttributes> present) {
        return present.isEmpty()
                || (present.get().fileKey() != null && !present.get().fileKey().equals(key));
    }

    private Optional<BasicFileAttributes> attributes() throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void rotate() throws IOException {
        try (FileLock lock = stream.getChannel().tryLock()) {
            if (lock == null) {
                // Another process is at it.
                return;
            }
            if (key != null && !isReplaced(attributes())) {
                rename();
            }
        }
        if (key == null) {
            // Windows renames no open file, and has no other process of ours that writes to it.
            stream.close();
            rename();
        }
        reopen();
    }

    private void rename() throws IOException {
        try {
            for (int number = kept; number > 0; number--) {
                Path younger = number == 1 ? path : old(number - 1);
                if (Files.exists(younger)) {
                    Files.move(younger, old(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (kept == 0) {
                Files.delete(path);
            }
            limit = maxSize;
        } catch (IOException e) {
            limit += maxSize;
        }
    }

    private void reopen() throws IOException {
        if (stream != null) {
            stream.close();
        }
        if (Files.notExists(path)) {
            Files.createDirectories(path.getParent(), OwnerOnly.folder(path));
            create();
        }
        // No channel of its own, which would be closed by whoever writes to it while interrupted.
        stream = new FileOutputStream(path.toFile(), true);
        key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private void create() throws IOException {
        try {
            Files.createFile(path, OwnerOnly.file(path));
        } catch (FileAlreadyExistsException e) {
            // By another process, in this moment.
            return;
        }
    }

    private Path old(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }
}

package io.agentctl.cli;

import io.agentctl.pki.OwnerOnly;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A log in a file, for services whose stderr nobody keeps. When it is full it is renamed to {@code NAME.1}, that to {@code NAME.2} and
 * so on, and the oldest is given up. Where others hinder the renaming, as readers on Windows do, it grows on and tries again later.
 */
final class LogFile {
    /** Some weeks of a quiet service, or the last hours of a troubled one. */
    static final long MAX_SIZE = 1024L * 1024;

    /** How many full files are kept. */
    static final int KEPT = 4;

    private final Path path;
    private FileOutputStream stream;
    private long size;
    private long limit = MAX_SIZE;

    private LogFile(Path path) {
        this.path = path;
    }

    /**
     * Opens it, to be appended to; its folder is made if it is missing.
     *
     * @param path where it stands
     * @return the log
     * @throws CommandException if it cannot be written
     */
    static LogFile open(Path path) throws CommandException {
        LogFile file = new LogFile(path.toAbsolutePath());
        try {
            Files.createDirectories(file.path.getParent(), OwnerOnly.folder(file.path));
            file.reopen();
        } catch (IOException e) {
            throw new CommandException("cannot write the log file " + file.path + ": " + reason(e));
        }
        return file;
    }

    /**
     * Appends an event, which never stands in two files.
     *
     * @param event its text, without a line end
     * @throws IOException if it cannot be written; later ones may be
     */
    synchronized void append(String event) throws IOException {
        byte[] bytes = (event + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
        if (size > 0 && size + bytes.length > limit) {
            rotate();
        }
        stream.write(bytes);
        size += bytes.length;
    }

    private void rotate() throws IOException {
        // Windows renames no open file.
        stream.close();
        try {
            for (int number = KEPT; number > 0; number--) {
                Path younger = number == 1 ? path : old(number - 1);
                if (Files.exists(younger)) {
                    Files.move(younger, old(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            limit = MAX_SIZE;
        } catch (IOException e) {
            limit += MAX_SIZE;
        }
        reopen();
    }

    private void reopen() throws IOException {
        if (Files.notExists(path)) {
            Files.createFile(path, OwnerOnly.file(path));
        }
        // No channel, which would be closed by whoever writes to it while interrupted.
        stream = new FileOutputStream(path.toFile(), true);
        size = Files.size(path);
    }

    private Path old(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException refused && refused.getReason() != null
                ? refused.getReason()
                : e.getClass().getSimpleName();
    }
}

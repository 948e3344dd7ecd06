package io.agentctl.cli;

import io.agentctl.log.RotatingFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Opens logs in files, for services whose stderr nobody keeps. */
final class LogFile {
    /** Some weeks of a quiet service, or the last hours of a troubled one, in bytes. */
    static final long MAX_SIZE = 1024L * 1024;

    /** How many full files are kept. */
    static final int KEPT = 4;

    private LogFile() {}

    /**
     * Opens the log.
     *
     * @param path where it stands
     * @return the file
     * @throws CommandException if it cannot be written
     */
    static RotatingFile open(Path path) throws CommandException {
        try {
            return RotatingFile.open(path, MAX_SIZE, KEPT);
        } catch (IOException e) {
            throw new CommandException("cannot write the log file " + path.toAbsolutePath() + ": " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException refused && refused.getReason() != null
                ? refused.getReason()
                : e.getClass().getSimpleName();
    }
}

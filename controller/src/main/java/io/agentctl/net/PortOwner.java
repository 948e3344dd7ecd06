package io.agentctl.net;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names the process that listens on a TCP port, where the platform tells: Linux does through {@code /proc}, for processes of the
 * same user and, to root, for all.
 *
 * @param proc where the process file system is mounted
 */
public record PortOwner(Path proc) {
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    /**
     * Finds the owner.
     *
     * @param port a TCP port
     * @return such as {@code process 812 (xinetd)}, or empty if nobody tells
     */
    public Optional<String> of(int port) {
        try {
            for (String table : List.of("net/tcp6", "net/tcp")) {
                Optional<String> inode = listeningSocket(proc.resolve(table), port);
                if (inode.isPresent()) {
                    return processWith("socket:[" + inode.get() + "]");
                }
            }
        } catch (IOException | RuntimeException e) {
            // A hint for the operator: where it cannot be had, the message does without.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<String> listeningSocket(Path table, int port) throws IOException {
        if (!Files.isReadable(table)) {
            return Optional.empty();
        }
        String suffix = String.format(":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            return lines.skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > INODE
                            && fields[LOCAL_ADDRESS].endsWith(suffix)
                            && fields[STATE].equals(LISTENING))
                    .map(fields -> fields[INODE])
                    .findFirst();
        }
    }

    private Optional<String> processWith(String socket) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, socket)) {
                    return Optional.of("process " + process.getFileName() + " ("
                            + Files.readString(process.resolve("comm")).strip() + ")");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, String socket) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (target(descriptor).equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's process, or one that ended meanwhile.
            return false;
        }
        return false;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile; the next may be the one.
            return "";
        }
    }
}

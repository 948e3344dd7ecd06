package io.agentctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether it is the journal of systemd that reads our standard error. */
final class JournalStream {
    /** Device and inode of what the service manager has connected with the journal, see systemd.exec(5). */
    private static final String VARIABLE = "JOURNAL_STREAM";

    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private JournalStream() {}

    /**
     * Compares, since processes that were started by others with another standard error have inherited the variable.
     *
     * @param environment the environment variables
     * @return whether the journal is at the other end
     */
    static boolean isStderr(Map<String, String> environment) {
        String connected = environment.getOrDefault(VARIABLE, "");
        if (connected.isEmpty()) {
            return false;
        }
        try {
            Map<String, Object> stderr = Files.readAttributes(STDERR, "unix:dev,ino");
            return connected.equals(stderr.get("dev") + ":" + stderr.get("ino"));
        } catch (IOException | UnsupportedOperationException e) {
            // Closed, or not Linux.
            return false;
        }
    }
}

package io.agentctl.doctor;

import io.agentctl.net.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Asks systemd which of its socket units has a port.
 *
 * @param command what prints their names and addresses
 */
record SocketUnits(List<String> command) implements IntFunction<Optional<String>> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST = 1024 * 1024;

    /** Asks the systemd of this host, if there is one. */
    static SocketUnits ofThisHost() {
        return new SocketUnits(List.of("systemctl", "show", "--no-pager", "--property=Id,Listen", "*.socket"));
    }

    @Override
    public Optional<String> apply(int port) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            Deadline deadline = Deadline.in(PATIENCE, process::destroyForcibly);
            try {
                return unit(new String(process.getInputStream().readNBytes(MOST), StandardCharsets.UTF_8), port);
            } finally {
                deadline.close();
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // No systemd: the finding does without a name.
            return Optional.empty();
        }
    }

    /** Blocks of {@code Id=NAME} and {@code Listen=ADDRESS:PORT (Stream)}, in any order, with empty lines in between. */
    private static Optional<String> unit(String text, int port) {
        for (String block : text.split("\n\n", -1)) {
            Optional<String> id = block.lines()
                    .filter(line -> line.startsWith("Id="))
                    .map(line -> line.substring("Id=".length()))
                    .findFirst();
            if (id.isPresent()
                    && block.lines().anyMatch(line -> line.matches("Listen=(.*:)?" + port + " \\(Stream\\)"))) {
                return id;
            }
        }
        return Optional.empty();
    }
}

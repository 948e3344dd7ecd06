package io.agentctl.agent;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/** A way to reach the agent. Every call of {@link #collect} is a run of its own; thread-safe. */
public interface AgentSource {
    /** How long an agent may be silent unless an operator says otherwise. */
    Duration DEFAULT_PATIENCE = Duration.ofMinutes(5);

    /** Returns the source as users write it, such as {@code unix:/run/check-mk-agent.socket}. */
    String description();

    /**
     * Starts a run.
     *
     * @param requester on whose behalf
     * @return the run's output, to be closed by the caller
     * @throws AgentException if the agent cannot be reached or started
     */
    AgentOutput collect(Requester requester) throws AgentException;

    /**
     * Demands that the agent could be run, as far as that can be told without a run: agents ask for our status while they run, and a
     * status that starts an agent would never end.
     *
     * @throws AgentException if it cannot; the message says why, and what to do
     */
    void check() throws AgentException;

    /**
     * Reads a source as users write it.
     *
     * @param text {@code unix:PATH}, {@code tcp:HOST:PORT} (IPv6 in brackets), {@code exec:COMMAND}, or {@code ip/HOST:PORT}, which is
     *     Windows' own spelling of {@code tcp:}
     * @param patience how long the agent may be silent before its run counts as failed; positive
     * @return the source
     * @throws IllegalArgumentException if the text is of none of these forms
     */
    static AgentSource parse(String text, Duration patience) {
        if (text.startsWith("ip/")) {
            return TcpSource.parse(text.substring("ip/".length()), patience);
        }
        if (text.startsWith("ms/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is a mailslot, which is not supported; let the agent listen on ip/localhost:28250");
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        if (rest.isBlank()) {
            throw new IllegalArgumentException(malformed(text));
        }
        return switch (kind) {
            case "unix" -> new UnixSource(path(text, rest), patience);
            case "tcp" -> TcpSource.parse(rest, patience);
            case "exec" -> new CommandSource(rest, patience);
            default -> throw new IllegalArgumentException(malformed(text));
        };
    }

    private static Path path(String text, String path) {
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(malformed(text), e);
        }
    }

    private static String malformed(String text) {
        return "'" + text + "' is not an agent: expected unix:PATH, tcp:HOST:PORT or exec:COMMAND";
    }
}

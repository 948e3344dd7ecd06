package io.agentctl.agent;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An agent that is a command, for hosts whose init knows no socket units. The shell runs it; it finds the puller's address in the
 * environment variable {@code REMOTE}, and its messages go to our own stderr.
 *
 * @param command a line for the shell
 * @param patience how long the agent may be silent
 */
record CommandSource(String command, Duration patience) implements AgentSource {
    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    /** By these systemd tells our process how to talk to it. */
    private static final Set<String> OURS = Set.of("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC");

    @Override
    public String description() {
        return "exec:" + command;
    }

    @Override
    public AgentOutput collect(Requester requester) throws AgentException {
        ProcessBuilder builder =
                new ProcessBuilder(WINDOWS ? List.of("cmd.exe", "/c", command) : List.of("/bin/sh", "-c", command));
        builder.environment().put("REMOTE", requester.text());
        // Not a plugin's to answer.
        builder.environment().keySet().removeAll(OURS);
        builder.redirectInput(Redirect.from(new File(WINDOWS ? "NUL" : "/dev/null")))
                .redirectError(Redirect.INHERIT);
        try {
            return new CommandOutput(description(), builder.start(), patience);
        } catch (IOException e) {
            throw new AgentException("the agent '" + command + "' cannot be started: " + e.getMessage(), e);
        }
    }

    /** Only a command that begins with an absolute path can be checked without a shell. */
    @Override
    public void check() throws AgentException {
        try {
            Path program = Path.of(command.strip().split("\\s", 2)[0]);
            if (program.isAbsolute() && !Files.isExecutable(program)) {
                throw new AgentException("the agent " + program
                        + (Files.exists(program) ? " may not be executed" : " does not exist")
                        + "; name another source with --agent");
            }
        } catch (InvalidPathException e) {
            throw new AgentException("the agent '" + command + "' is not a command", e);
        }
    }
}

package io.agentctl.cli;

import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import io.agentctl.config.Settings;
import io.agentctl.connection.RegistryException;
import java.util.Optional;
import java.util.Set;

/**
 * The call that the agent makes in every run, {@code status --json --no-query-remote}, without the parser of command lines, whose start
 * costs more than the answer. It prints what {@link StatusCommand} would, or nothing at all.
 */
public final class StatusForAgent {
    private static final String VERB = "status";
    private static final Set<String> OPTIONS = Set.of("--json", "--no-query-remote");

    private StatusForAgent() {}

    /**
     * Answers, if that is what is asked and nothing stands in the way.
     *
     * @param invocation what the command is called with
     * @param arguments the command line
     * @return whether all is said; otherwise {@link AgentCtl} has the word, and nothing has been said yet
     */
    public static boolean answered(Invocation invocation, String... arguments) {
        if (!isAsked(arguments) || LogSettings.isSetBy(invocation.environment())) {
            // Words about the log that cannot be understood are an error of every command.
            return false;
        }
        Optional<String> line = line(invocation);
        if (line.isPresent()) {
            invocation.terminal().out().println(line.get());
        }
        return line.isPresent();
    }

    /** The two options once each, in either order, behind the verb. */
    private static boolean isAsked(String... arguments) {
        return arguments.length == 1 + OPTIONS.size()
                && arguments[0].equals(VERB)
                && OPTIONS.contains(arguments[1])
                && OPTIONS.contains(arguments[2])
                && !arguments[1].equals(arguments[2]);
    }

    private static Optional<String> line(Invocation invocation) {
        try {
            Settings settings = Settings.load(invocation.environment(), Overrides.NONE);
            if (!settings.unknownKeys().isEmpty()) {
                // A warning is due, and the log costs as much as the parser.
                return Optional.empty();
            }
            return Optional.of(new StatusReport(settings, Optional.empty(), invocation.clock()).json());
        } catch (ConfigException | RegistryException | RuntimeException e) {
            // Whoever tries after us meets it too, and can put it into words.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}

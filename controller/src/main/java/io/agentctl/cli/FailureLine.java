package io.agentctl.cli;

import io.agentctl.agent.AgentException;
import io.agentctl.config.ConfigException;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.PkiException;
import io.agentctl.pull.ListenException;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.registration.RegistrationException;
import io.agentctl.renewal.RenewalException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a failure on stderr: for people into one line, with its causes at {@code -v} and a stack trace at {@code -vvv} below it, for others into
 * a line of the log.
 */
final class FailureLine {
    /** Their messages are written for users; any other exception is a defect of ours. */
    private static final Set<Class<? extends Exception>> SAID_FOR_USERS = Set.of(
            AgentException.class,
            CommandException.class,
            ConfigException.class,
            ListenException.class,
            PkiException.class,
            ReceiverException.class,
            RegistrationException.class,
            RegistryException.class,
            RenewalException.class);

    private FailureLine() {}

    /**
     * Reports a failure.
     *
     * @param failure what went wrong
     * @param log how much of it to tell, and in which format
     * @param invocation what the command is called with
     * @return the exit status
     */
    static int report(Exception failure, LogSettings log, Invocation invocation) {
        String message = SAID_FOR_USERS.stream().anyMatch(type -> type.isInstance(failure))
                ? failure.getMessage()
                : "unexpected failure: " + failure + "; please report it with what -vvv prints";
        LogEvent event = new LogEvent(
                        invocation.clock().instant().truncatedTo(ChronoUnit.MILLIS),
                        LogLevel.ERROR,
                        Invocation.commandName(),
                        String.valueOf(message),
                        List.of(),
                        Optional.empty())
                .of(failure, log.general());
        invocation
                .terminal()
                .err()
                .println(
                        log.stderr() == LogFormat.PLAIN
                                ? paragraph(event)
                                : log.stderr().line(event));
        return ExitCode.FAILURE;
    }

    private static String paragraph(LogEvent event) {
        StringBuilder text = new StringBuilder(event.area()).append(": ").append(event.message());
        event.causes().forEach(cause -> text.append("\n  caused by ").append(cause));
        event.trace().ifPresent(trace -> text.append('\n').append(trace));
        return text.toString();
    }
}

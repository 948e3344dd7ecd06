package io.agentctl.cli;

import io.agentctl.agent.AgentException;
import io.agentctl.config.ConfigException;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.PkiException;
import io.agentctl.pull.ListenException;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.registration.RegistrationException;
import io.agentctl.renewal.RenewalException;
import java.io.PrintStream;
import java.util.Set;

/** Puts a failure into one line on stderr, with its causes at {@code -v} and a stack trace at {@code -vvv}. */
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
     * @param level how much of it to tell: its causes from {@link LogLevel#INFO} on
     * @param err where to
     * @return the exit status
     */
    static int report(Exception failure, LogLevel level, PrintStream err) {
        String message = SAID_FOR_USERS.stream().anyMatch(type -> type.isInstance(failure))
                ? failure.getMessage()
                : "unexpected failure: " + failure + "; please report it with what -vvv prints";
        err.println(Invocation.commandName() + ": " + new Verbosity(level).describe(message, failure));
        return ExitCode.FAILURE;
    }
}

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
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Puts every failure of a command into one line on stderr, with its causes at {@code -v} and a stack trace at {@code -vvv}. */
final class ErrorReporter implements IExecutionExceptionHandler, IParameterExceptionHandler {
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

    private final PrintStream err;
    private final Supplier<Verbosity> verbosity;

    ErrorReporter(PrintStream err, Supplier<Verbosity> verbosity) {
        this.err = err;
        this.verbosity = verbosity;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        String message = SAID_FOR_USERS.stream().anyMatch(type -> type.isInstance(e))
                ? e.getMessage()
                : "unexpected failure: " + e + "; please report it with what -vvv prints";
        err.println(rootOf(command).getCommandName() + ": " + verbosity.get().describe(message, e));
        return ExitCode.FAILURE;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        err.println(rootOf(command).getCommandName() + ": "
                + e.getMessage().lines().findFirst().orElse("the command line cannot be understood"));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static CommandLine rootOf(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root;
    }
}

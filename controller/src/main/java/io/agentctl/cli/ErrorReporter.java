package io.agentctl.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on stderr why a command failed, or why the command line cannot be understood. */
final class ErrorReporter implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Invocation invocation;
    private final Supplier<LogSettings> log;

    ErrorReporter(Invocation invocation, Supplier<LogSettings> log) {
        this.invocation = invocation;
        this.log = log;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return FailureLine.report(e, log.get(), invocation);
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintStream err = invocation.terminal().err();
        err.println(rootOf(command).getCommandName() + ": " + complaint(e, arguments));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** What cannot be placed is not repeated, as it may be a password: behind a misspelt option, or cut in two by a blank. */
    private static String complaint(ParameterException e, String... arguments) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            if (unmatched.isUnknownOption()) {
                return "unknown option '" + first.split("=", 2)[0] + "'";
            }
            if (e.getCommandLine().getParent() == null) {
                return "unknown command '" + first + "'";
            }
            return "argument " + (List.of(arguments).lastIndexOf(first) + 1)
                    + " is one too many (it is not shown, as it may be a part of a secret); quote what contains blanks";
        }
        if (e.getMessage().contains("expected only one match")) {
            // picocli goes on with all that was given, values included.
            return "an option that may be given once was given twice";
        }
        return e.getMessage()
                .lines()
                .findFirst()
                .orElse("the command line cannot be understood")
                .replaceFirst("^Error: ", "");
    }

    private static CommandLine rootOf(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root;
    }
}

package io.agentctl.cli;

import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.KeyType;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root command. */
@Command(
        name = "agent-ctl",
        description = "Registers this host at Checkmk sites and hands its agent's output to them alone.",
        versionProvider = AgentCtl.NameAndVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:Success.",
            "1:Failure: stderr says in one line what failed and what to do; -v adds the causes.",
            "2:The command line cannot be understood, and nothing was done: see --help of the command."
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} register --help",
            "  ${ROOT-COMMAND-NAME} help errors        # which failures there are, and what to do; also: environment, files, settings"
        })
public final class AgentCtl implements Runnable {
    /** Fits the lines that the descriptions break by themselves. */
    private static final int HELP_WIDTH = 118;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogOptions log;

    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    private AgentCtl() {}

    /**
     * Runs one command.
     *
     * @param invocation what it is called with
     * @param arguments the command line
     * @return the exit status
     */
    public static int run(Invocation invocation, String... arguments) {
        AgentCtl root = new AgentCtl();
        ErrorReporter errors = new ErrorReporter(invocation, () -> root.log.settings(invocation.environment()));
        return commandLine(root, invocation)
                .setCommandName(Invocation.commandName())
                .setUsageHelpWidth(HELP_WIDTH)
                .setOut(writer(invocation.terminal().out()))
                .setErr(writer(invocation.terminal().err()))
                .setExecutionStrategy(parsed -> root.execute(invocation, parsed))
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .execute(arguments);
    }

    /** Returns what can be said on the command line, to those who tell of it. */
    static CommandSpec model(Invocation invocation) {
        return commandLine(new AgentCtl(), invocation).getCommandSpec();
    }

    private static CommandLine commandLine(AgentCtl root, Invocation invocation) {
        // Help lists them in this order: a connection's life, then what works for all connections.
        return new CommandLine(root)
                .addSubcommand(new RegisterCommand(invocation))
                .addSubcommand(new RegisterNewCommand(invocation))
                .addSubcommand(new ProxyRegisterCommand(invocation))
                .addSubcommand(new ImportCommand(invocation))
                .addSubcommand(new StatusCommand(invocation))
                .addSubcommand(new DoctorCommand(invocation))
                .addSubcommand(new LocalCheckCommand(invocation))
                .addSubcommand(new RenewCertificateCommand(invocation))
                .addSubcommand(new DeleteCommand(invocation))
                .addSubcommand(new DeleteAllCommand(invocation))
                .addSubcommand(new DaemonCommand(invocation))
                .addSubcommand(new PullCommand(invocation))
                .addSubcommand(new PushCommand(invocation))
                .addSubcommand(new DumpCommand(invocation))
                .addSubcommand(new HelpCommand())
                .registerConverter(Fingerprint.class, saying(Fingerprint::parse))
                .registerConverter(KeyType.class, saying(KeyType::of))
                .registerConverter(LogLevels.class, saying(LogLevels::parse))
                .registerConverter(LogFormat.class, saying(LogFormat::parse))
                // An argument that begins with @ is an argument that begins with @, a password for instance.
                .setExpandAtFiles(false);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Lets a parser's own words reach the user. */
    private static <T> ITypeConverter<T> saying(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private int execute(Invocation invocation, ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            // Not a word of the log, so it does not matter how that is set.
            return help;
        }
        try {
            StreamLog.replaceBy(invocation.terminal().err(), log.settings(invocation.environment()));
        } catch (IllegalArgumentException e) {
            List<CommandLine> called = parsed.asCommandLineList();
            throw new ParameterException(called.get(called.size() - 1), e.getMessage(), e);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    static final class NameAndVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {VersionForAgent.line()};
        }
    }
}

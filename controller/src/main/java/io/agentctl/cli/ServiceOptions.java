package io.agentctl.cli;

import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the verbs have in common that serve pulls. */
final class ServiceOptions {
    /** What a signal does. */
    static final String END =
            "At SIGTERM or SIGINT nobody new is accepted, and what is in flight may end, for 20 seconds at most.";

    /** Exit status, as picocli lists it. */
    static final String ENDED = "0:It was told to end, by SIGTERM or SIGINT.";

    /** Exit status, as picocli lists it. */
    static final String FAILED = "1:It cannot start, or go on: the last line on stderr, or in the log file, says why.";

    /** Exit status, as picocli lists it. */
    static final String MISUSED = "2:The command line cannot be understood: see --help of the command.";

    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");
    private static final int MAX_PORT = 65_535;

    @Option(
            names = {"-P", "--port"},
            paramLabel = "PORT",
            description = "TCP port to listen on (default: setting 'pull_port', else 6556).")
    private Integer port;

    @Option(
            names = "--strict-permissions",
            description = "Serve nobody while others than the owner can get at the private keys, instead of a warning.")
    private boolean strictPermissions;

    @Option(names = "--allow-root", description = "Serve even as root; else that is refused.")
    private boolean allowRoot;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = {
                "Write the log into FILE instead of stderr, for services whose stderr nobody keeps.",
                "A full one (1 MiB) becomes FILE.1, that FILE.2, up to FILE.4."
            })
    private Path logFile;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    private LoadedSettings load(Invocation invocation, boolean detectProxy) throws ConfigException, CommandException {
        if (logFile != null) {
            StreamLog.moveTo(LogFile.open(logFile));
        }
        if (port != null && (port < 0 || port > MAX_PORT)) {
            throw new ParameterException(
                    spec.commandLine(), "option --port: '" + port + "' is no TCP port: expected 0 to " + MAX_PORT);
        }
        return LoadedSettings.of(
                invocation,
                new Overrides(
                        Optional.ofNullable(port),
                        agent.source(),
                        Optional.empty(),
                        detectProxy,
                        false,
                        strictPermissions,
                        allowRoot));
    }

    /**
     * Runs a service until the process is told to end.
     *
     * @param invocation what the command is called with
     * @param detectProxy whether it uses the environment's proxies
     * @param choice which service
     * @return the exit status
     */
    int run(Invocation invocation, boolean detectProxy, RunningService.Choice choice) throws Exception {
        try {
            return RunningService.untilTerminated(load(invocation, detectProxy), choice);
        } catch (Exception e) {
            if (logFile != null) {
                // Else it would stand on stderr alone, where nobody looks.
                LOG.log(Level.SEVERE, e.getMessage(), e);
            }
            throw e;
        }
    }
}

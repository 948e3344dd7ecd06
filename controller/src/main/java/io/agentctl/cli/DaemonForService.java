package io.agentctl.cli;

import io.agentctl.Wiring;
import io.agentctl.config.Overrides;
import java.util.OptionalInt;

/**
 * The call by which services are started, {@code daemon} with at most {@code -v}, without the parser of command lines: it would stay in
 * the memory of a process that stays. It does what {@link DaemonCommand} would.
 */
public final class DaemonForService {
    private static final String VERB = "daemon";

    private DaemonForService() {}

    /**
     * Runs the daemon until it is told to end, if nothing else is asked.
     *
     * @param invocation what the command is called with
     * @param arguments the command line
     * @return the exit status; empty if {@link AgentCtl} has the word, and nothing has been done yet
     */
    public static OptionalInt run(Invocation invocation, String... arguments) {
        int verbs = 0;
        int verbose = 0;
        for (String argument : arguments) {
            if (argument.equals(VERB)) {
                verbs++;
            } else if (argument.matches("-v+")) {
                verbose += argument.length() - 1;
            } else {
                return OptionalInt.empty();
            }
        }
        return verbs == 1 ? OptionalInt.of(run(invocation, new Verbosity(verbose))) : OptionalInt.empty();
    }

    private static int run(Invocation invocation, Verbosity verbosity) {
        StreamLog.replaceBy(invocation.terminal().err(), verbosity);
        try {
            return RunningService.untilTerminated(LoadedSettings.of(invocation, Overrides.NONE), Wiring::service);
        } catch (Exception e) {
            return FailureLine.report(e, verbosity, invocation.terminal().err());
        }
    }
}

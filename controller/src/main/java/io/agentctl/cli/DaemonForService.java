package io.agentctl.cli;

import io.agentctl.Wiring;
import io.agentctl.config.Overrides;
import java.util.Optional;
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
        return verbs == 1 ? run(invocation, verbose) : OptionalInt.empty();
    }

    /** What cannot be understood is for {@link AgentCtl} to say. */
    private static OptionalInt run(Invocation invocation, int verbose) {
        try {
            return OptionalInt.of(run(
                    invocation, LogSettings.of(invocation.environment(), LogLevels.NONE, Optional.empty(), verbose)));
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty();
        }
    }

    private static int run(Invocation invocation, LogSettings log) {
        StreamLog.replaceBy(invocation.terminal().err(), log);
        try {
            return RunningService.untilTerminated(LoadedSettings.of(invocation, Overrides.NONE), Wiring::service);
        } catch (Exception e) {
            return FailureLine.report(e, log, invocation);
        }
    }
}

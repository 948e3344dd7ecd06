package io.agentctl.cli;

import io.agentctl.Daemon;
import io.agentctl.Termination;

/** A service in the process of a command. */
final class RunningService {
    private RunningService() {}

    /**
     * Runs a service until the process is told to end.
     *
     * @param service not yet running
     * @return the exit status
     * @throws Exception if it ended by itself
     */
    static int untilTerminated(Daemon service) throws Exception {
        try (Termination termination = new Termination()) {
            service.run(termination.requested());
        }
        return ExitCode.SUCCESS;
    }
}

package io.agentctl.cli;

import io.agentctl.Wiring;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves pulls, and does nothing else. */
@Command(
        name = "pull",
        description = {"Serve the pulls of registered sites until told to stop by SIGTERM.", ServiceOptions.END},
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {ServiceOptions.ENDED, ServiceOptions.FAILED, ServiceOptions.MISUSED},
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} pull --agent exec:/usr/bin/check_mk_agent"})
final class PullCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ServiceOptions options;

    PullCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        return options.run(invocation, false, Wiring::pullService);
    }
}

package io.agentctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the background service. */
@Command(
        name = "daemon",
        description = "Serve registered sites, pulling and pushing, until told to stop by SIGTERM.",
        sortOptions = false)
final class DaemonCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ServiceOptions options;

    @Option(
            names = {"-d", "--detect-proxy"},
            description = "Go through the proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name.")
    private boolean detectProxy;

    DaemonCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        return ServiceOptions.runUntilTerminated(
                options.load(invocation, detectProxy).wiring().service());
    }
}

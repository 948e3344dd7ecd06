package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.ConnectionRegistry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes all connections. */
@Command(
        name = "delete-all",
        description = "Delete all connections: no site is served any more.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} delete-all",
            "  ${ROOT-COMMAND-NAME} delete-all --enable-insecure-connections"
        })
final class DeleteAllCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = "--enable-insecure-connections",
            description = {
                "Then hand the agent's output, in the clear, to anyone who connects (legacy pull),",
                "until a site is registered."
            })
    private boolean enableInsecureConnections;

    DeleteAllCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ConnectionRegistry registry =
                LoadedSettings.of(invocation, Overrides.NONE).guardedRegistry();
        if (enableInsecureConnections) {
            registry.clearAndAllowLegacyPull();
        } else {
            registry.update(present -> present.without(connection -> true));
        }
        return ExitCode.SUCCESS;
    }
}

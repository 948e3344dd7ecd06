package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.Registry;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes one connection. */
@Command(
        name = "delete",
        description = "Delete a connection: its site is not served any more.",
        sortOptions = false,
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} delete monitoring.example.com/prod"})
final class DeleteCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "CONNECTION", description = "server/site, or the connection's UUID.")
    private String name;

    DeleteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        AtomicBoolean found = new AtomicBoolean();
        ConnectionRegistry stored =
                LoadedSettings.of(invocation, Overrides.NONE).guardedRegistry();
        if (stored.read().find(name).isPresent()) {
            stored.updateIfDifferent(registry -> {
                found.set(registry.find(name).isPresent());
                return without(registry);
            });
        }
        if (!found.get()) {
            throw new CommandException("there is no connection '" + name + "': 'status' lists those there are");
        }
        return ExitCode.SUCCESS;
    }

    private Registry without(Registry registry) {
        return registry.without(connection -> connection.isNamed(name));
    }
}

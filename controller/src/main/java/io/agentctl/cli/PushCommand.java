package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.Connection;
import io.agentctl.push.PushResult;
import io.agentctl.push.Retries;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Pushes once. */
@Command(
        name = "push",
        description = "Run the agent once and send its output to every site that wants to be sent it.",
        sortOptions = false,
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} -v push --detect-proxy"})
final class PushCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ProxyOption proxy;

    @Mixin
    private AgentOption agent;

    PushCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        LoadedSettings loaded = LoadedSettings.of(
                invocation,
                new Overrides(Optional.empty(), agent.source(), Optional.empty(), proxy.detectProxy(), false));
        List<Connection> connections = loaded.registry().read().ofKind(Connection.Kind.PUSH);
        List<PushResult> failures = loaded.wiring().pusher(Retries.NONE).push(connections).stream()
                .filter(result -> result.failure().isPresent())
                .toList();
        if (!failures.isEmpty()) {
            throw new CommandException(failures.stream()
                    .map(result -> "push to " + result.connection().name() + ": "
                            + result.failure().orElseThrow())
                    .collect(Collectors.joining("; ")));
        }
        return ExitCode.SUCCESS;
    }
}

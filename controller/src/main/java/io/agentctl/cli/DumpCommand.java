package io.agentctl.cli;

import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.Requester;
import io.agentctl.config.Overrides;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the agent's output. */
@Command(
        name = "dump",
        description = "Run the agent once and print its output as it is.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} dump | less",
            "  ${ROOT-COMMAND-NAME} dump --agent tcp:localhost:28250"
        })
final class DumpCommand implements Callable<Integer> {
    private static final int BUFFER_SIZE = 32 * 1024;

    private final Invocation invocation;

    @Mixin
    private AgentOption agent;

    DumpCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        LoadedSettings loaded = LoadedSettings.of(
                invocation, new Overrides(Optional.empty(), agent.source(), Optional.empty(), false, false));
        PrintStream out = invocation.terminal().out();
        try (AgentOutput output = loaded.settings().agent().value().collect(Requester.OURSELVES)) {
            byte[] buffer = new byte[BUFFER_SIZE];
            for (int count = output.read(buffer, 0, buffer.length);
                    count >= 0;
                    count = output.read(buffer, 0, buffer.length)) {
                out.write(buffer, 0, count);
                if (out.checkError()) {
                    throw new CommandException("standard output was closed before the agent had ended");
                }
            }
        }
        return ExitCode.SUCCESS;
    }
}

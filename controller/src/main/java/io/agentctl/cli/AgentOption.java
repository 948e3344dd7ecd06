package io.agentctl.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names the agent. */
final class AgentOption {
    @Option(
            names = "--agent",
            paramLabel = "SOURCE",
            description = {
                "Where the agent's output comes from: unix:PATH, tcp:HOST:PORT or exec:COMMAND",
                "(default: setting 'agent', else unix:/run/check-mk-agent.socket,",
                "on Windows ip/localhost:28250)."
            })
    private String source;

    Optional<String> source() {
        return Optional.ofNullable(source);
    }
}

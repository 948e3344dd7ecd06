package io.agentctl.cli;

import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the verbs have in common that serve pulls. */
final class ServiceOptions {
    private static final int MAX_PORT = 65_535;

    @Option(
            names = {"-P", "--port"},
            paramLabel = "PORT",
            description = "TCP port to listen on (default: setting 'pull_port', else 6556).")
    private Integer port;

    @Option(
            names = "--strict-permissions",
            description = "Serve nobody while others than the owner can get at the private keys, instead of a warning.")
    private boolean strictPermissions;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    LoadedSettings load(Invocation invocation, boolean detectProxy) throws ConfigException {
        if (port != null && (port < 0 || port > MAX_PORT)) {
            throw new ParameterException(
                    spec.commandLine(), "option --port: '" + port + "' is no TCP port: expected 0 to " + MAX_PORT);
        }
        return LoadedSettings.of(
                invocation,
                new Overrides(
                        Optional.ofNullable(port),
                        agent.source(),
                        Optional.empty(),
                        detectProxy,
                        false,
                        strictPermissions));
    }
}

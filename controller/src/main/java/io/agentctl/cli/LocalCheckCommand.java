package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import io.agentctl.connection.HomeGuard;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.RegistryException;
import io.agentctl.status.LocalCheck;
import io.agentctl.status.StatusInquiry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets the site watch its own controller. */
@Command(
        name = "local-check",
        description =
                "Print this controller's health as a Checkmk local check, which the agent runs and the site judges.",
        footer = {"", "Examples:", "  ${ROOT-COMMAND-NAME} local-check", "  ${ROOT-COMMAND-NAME} local-check --section"
        },
        sortOptions = false)
final class LocalCheckCommand implements Callable<Integer> {
    private static final String SECTION = "<<<local:sep(0)>>>";

    private final Invocation invocation;

    @Option(
            names = "--section",
            description = "Begin with the section header " + SECTION + ", for those who call this as a plugin.")
    private boolean section;

    @Mixin
    private AgentOption agent;

    LocalCheckCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<String> lines;
        try {
            lines = lines();
        } catch (ConfigException | RegistryException e) {
            lines = List.of(LocalCheck.failure(e.getMessage()));
        }
        if (section) {
            invocation.terminal().out().println(SECTION);
        }
        lines.forEach(invocation.terminal().out()::println);
        return ExitCode.SUCCESS;
    }

    private List<String> lines() throws ConfigException, RegistryException, InterruptedException {
        LoadedSettings loaded = LoadedSettings.of(
                invocation, new Overrides(Optional.empty(), agent.source(), Optional.empty(), false, false));
        PullPolicy policy = loaded.registry().pullPolicy();
        return new LocalCheck(
                        new StatusInquiry(
                                        Version.current(),
                                        loaded.settings().agent().value(),
                                        loaded.settings().allowedIp().value(),
                                        Optional.empty())
                                .about(policy),
                        new ServiceInquiry(loaded.settings().home().value()).ask(),
                        loaded.wiring().homeGuard().findings().stream()
                                .filter(finding -> finding.level().intValue() >= Level.WARNING.intValue())
                                .map(HomeGuard.Finding::text)
                                .toList(),
                        invocation.clock().instant())
                .lines();
    }
}

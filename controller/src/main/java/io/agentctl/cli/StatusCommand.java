package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what is known about ourselves. */
@Command(
        name = "status",
        description = "Show the connections of this host, and what the sites know of them; (!!) marks trouble.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} status",
            "  ${ROOT-COMMAND-NAME} status --json --no-query-remote"
        })
final class StatusCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One line of JSON instead of text.")
    private boolean json;

    @Option(names = "--no-query-remote", description = "Do not ask the sites.")
    private boolean noQueryRemote;

    @Mixin
    private ProxyOption proxy;

    @Mixin
    private AgentOption agent;

    StatusCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        LoadedSettings loaded = LoadedSettings.of(
                invocation,
                new Overrides(Optional.empty(), agent.source(), Optional.empty(), proxy.detectProxy(), false));
        StatusReport report =
                new StatusReport(loaded.settings(), noQueryRemote ? Optional.empty() : Optional.of(sites(loaded)));
        invocation.terminal().out().println(json ? report.json() : report.text());
        return ExitCode.SUCCESS;
    }

    private HttpSites sites(LoadedSettings loaded) {
        return new HttpSites(loaded.proxies(), Timeouts.BRISK, loaded.trustRules());
    }
}

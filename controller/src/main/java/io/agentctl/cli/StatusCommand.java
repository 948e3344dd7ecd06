package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.config.Overrides;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.status.Status;
import io.agentctl.status.StatusInquiry;
import io.agentctl.status.StatusJson;
import io.agentctl.status.StatusText;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what is known about ourselves. */
@Command(
        name = "status",
        description = "Show the connections of this host, and what the sites know of them.",
        sortOptions = false)
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
        Status status = new StatusInquiry(
                        Version.current(),
                        loaded.settings().agent().value(),
                        loaded.settings().allowedIp().value(),
                        noQueryRemote ? Optional.empty() : Optional.of(sites(loaded)))
                .about(loaded.registry().pullPolicy());
        invocation.terminal().out().println(json ? StatusJson.of(status) : StatusText.of(status));
        return ExitCode.SUCCESS;
    }

    private HttpSites sites(LoadedSettings loaded) {
        return new HttpSites(loaded.proxies(), Timeouts.BRISK, invocation.clock());
    }
}

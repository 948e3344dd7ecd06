package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.RegistryException;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.status.Service;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what is known about ourselves. */
@Command(
        name = "status",
        description = "Show the connections of this host, and what the sites know of them; (!!) marks trouble.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} status",
            "  ${ROOT-COMMAND-NAME} status --verbose",
            "  ${ROOT-COMMAND-NAME} status --json --no-query-remote"
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final Invocation invocation;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One line of JSON instead of text.")
    private boolean json;

    @Option(names = "--no-query-remote", description = "Do not ask the sites.")
    private boolean noQueryRemote;

    @Option(
            names = {"--verbose", "--full"},
            description = "Tell what the service does, too: last pulls, pushes and renewals, failures by cause.")
    private boolean verbose;

    @Option(
            names = "--watch",
            description =
                    "On a terminal: tell all that, without asking the sites, and anew every other second until Ctrl-C.")
    private boolean watch;

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
        if (watch) {
            watch(loaded);
        } else {
            StatusReport report = report(loaded, noQueryRemote, verbose);
            invocation.terminal().out().println(json ? report.json() : report.text());
        }
        return ExitCode.SUCCESS;
    }

    private StatusReport report(LoadedSettings loaded, boolean alone, boolean full) {
        return new StatusReport(
                loaded.settings(),
                alone ? Optional.empty() : Optional.of(sites(loaded)),
                full ? new ServiceInquiry(loaded.settings().home().value()).ask() : new Service.NotAsked(),
                invocation.clock());
    }

    /** Until the process is ended, as a human does who has seen enough. */
    private void watch(LoadedSettings loaded) throws RegistryException, InterruptedException {
        if (json || !invocation.terminal().isInteractive()) {
            throw new ParameterException(
                    spec.commandLine(),
                    json
                            ? "option --watch shows text: it cannot go with --json"
                            : "option --watch needs a terminal; without one use --verbose, or --json --full");
        }
        PrintStream out = invocation.terminal().out();
        while (true) {
            // Home, then clear to the end, so that nothing flickers (ECMA-48, sections 8.3.21 and 8.3.39).
            out.println("\u001b[H\u001b[J" + invocation.clock().instant().truncatedTo(ChronoUnit.SECONDS) + "\n\n"
                    + report(loaded, true, true).text());
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
    }

    private HttpSites sites(LoadedSettings loaded) {
        return new HttpSites(loaded.proxies(), Timeouts.BRISK, loaded.trustRules());
    }
}

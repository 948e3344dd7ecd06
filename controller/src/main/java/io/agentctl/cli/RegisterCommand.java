package io.agentctl.cli;

import io.agentctl.connection.Connection;
import io.agentctl.connection.SiteId;
import io.agentctl.receiver.Credentials;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Registers this host, which the site knows. */
@Command(
        name = "register",
        description = "Register this host, which the site knows already, and serve the site from then on.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} register --server monitoring.example.com --site prod --hostname \"$(hostname)\" --user automation",
            "  ${ROOT-COMMAND-NAME} register --server monitoring.example.com --site prod --hostname \"$(hostname)\" \\",
            "      --user automation --password-file automation.secret --trust-fingerprint \"$SHA256\""
        })
final class RegisterCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private SiteOptions site;

    @Option(
            names = {"-H", "--hostname"},
            required = true,
            paramLabel = "HOSTNAME",
            description = "This host's name in the site's configuration.")
    private String hostName;

    @Mixin
    private CredentialOptions credentialOptions;

    @Mixin
    private UpdaterOption updater;

    @Mixin
    private AgentOption agent;

    RegisterCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        SiteId siteId = site.siteId();
        LoadedSettings loaded = site.load(invocation, agent.source());
        NewConnection.checkPossible(loaded);
        Credentials credentials = credentialOptions.read(invocation.terminal());

        SiteOptions.Encounter encounter = site.meet(siteId, loaded);
        Connection connection = NewConnection.registration(loaded)
                .ofExistingHost(encounter.address(), encounter.receiver(), credentials, hostName);
        loaded.registry().add(connection);
        NewConnection.warnOfForeignRoot(connection, encounter, invocation.clock());
        updater.apply(loaded, siteId, Optional.of(hostName), credentials);
        invocation.terminal().out().println("Registration complete.");
        return ExitCode.SUCCESS;
    }
}

package io.agentctl.cli;

import io.agentctl.connection.Connection;
import io.agentctl.connection.SiteId;
import io.agentctl.connection.TrustRules;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.Timeouts;
import io.agentctl.registration.AgentLabels;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Registers this host, which the site does not know. */
@Command(
        name = "register-new",
        description = {
            "Introduce this host to a site that does not know it, and wait until the site has decided.",
            "Only editions with automatic registration offer this."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  ${ROOT-COMMAND-NAME} register-new --server monitoring.example.com --site prod --agent-labels role:web \\",
            "      --user agent_registration --password-file /root/registration.secret"
        })
final class RegisterNewCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private SiteOptions site;

    @Mixin
    private PasswordOptions passwordOptions;

    @Mixin
    private LabelOptions labels;

    @Mixin
    private UpdaterOption updater;

    @Mixin
    private AgentOption agent;

    RegisterNewCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        SiteId siteId = site.siteId();
        LoadedSettings loaded = site.load(invocation, agent.source());
        NewConnection.checkPossible(loaded);
        UserPassword user = passwordOptions.read(invocation.terminal());

        SiteOptions.Encounter encounter = site.meet(siteId, loaded);
        TrustRules rules = loaded.trustRules();
        try (WaitingForSite waiting = new WaitingForSite(siteId, invocation.terminal())) {
            Connection connection = NewConnection.registration(loaded)
                    .ofNewHost(
                            encounter.address(),
                            encounter.receiver(),
                            trust -> new HttpAgentReceiver(
                                    encounter.address(),
                                    rules.narrowed(trust, siteId),
                                    Optional.empty(),
                                    loaded.proxies(),
                                    Timeouts.PATIENT,
                                    rules.tls()),
                            user,
                            AgentLabels.of(labels.labels()),
                            waiting);
            loaded.registry().add(connection);
        }
        updater.apply(loaded, siteId, Optional.empty(), user);
        invocation.terminal().out().println("Registration complete.");
        return ExitCode.SUCCESS;
    }
}

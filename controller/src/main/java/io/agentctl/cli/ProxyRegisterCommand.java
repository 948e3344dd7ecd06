package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.SiteId;
import io.agentctl.receiver.Credentials;
import io.agentctl.registration.ProxiedConnection;
import io.agentctl.registration.Registration;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Registers another host. */
@Command(
        name = "proxy-register",
        description = {
            "Register another host, which cannot reach the site itself, and print its connection for 'import' there.",
            "What is printed holds a private key."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  ${ROOT-COMMAND-NAME} proxy-register --server monitoring.example.com --site prod --hostname web1 --user automation \\",
            "      --trust-cert | ssh web1 ${ROOT-COMMAND-NAME} import"
        })
final class ProxyRegisterCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private SiteOptions site;

    @Option(
            names = {"-H", "--hostname"},
            required = true,
            paramLabel = "HOSTNAME",
            description = "The other host's name in the site's configuration.")
    private String hostName;

    @Mixin
    private CredentialOptions credentialOptions;

    ProxyRegisterCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        SiteId siteId = site.siteId();
        LoadedSettings loaded = site.load(invocation, Optional.empty());
        Credentials credentials = credentialOptions.read(invocation.terminal());
        SiteOptions.Encounter encounter = site.meet(siteId, loaded);
        // Whatever key_storage says: this key is for another host, which a token of ours would not let it reach.
        Connection connection = new Registration(loaded.settings().keyType().value(), invocation.clock())
                .ofExistingHost(encounter.address(), encounter.receiver(), credentials, hostName);
        if (connection.kind().mode() == ConnectionMode.PUSH) {
            throw new CommandException("the site expects host '" + hostName
                    + "' to push, which an imported connection cannot: set the host to pull at the site");
        }
        PrintStream out = invocation.terminal().out();
        out.println(ProxiedConnection.toJson(connection, Version.current()));
        if (out.checkError()) {
            throw new CommandException(
                    "the connection could not be written to standard output and is lost: register again");
        }
        return ExitCode.SUCCESS;
    }
}

package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.Registry;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.renewal.Renewal;
import io.agentctl.renewal.RenewalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Renews certificates now. */
@Command(
        name = "renew-certificate",
        description = {
            "Renew the key and the certificate of a connection now, whatever life they have left.",
            "The daemon does so by itself when it is time."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} renew-certificate monitoring.example.com/prod",
            "  ${ROOT-COMMAND-NAME} renew-certificate --all --force --key-type rsa-4096"
        })
final class RenewCertificateCommand implements Callable<Integer> {
    private final Invocation invocation;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Which which;

    /** One connection or all. */
    static final class Which {
        @Parameters(paramLabel = "CONNECTION", description = "server/site, or the connection's UUID.")
        private String name;

        @SuppressWarnings("UnusedVariable") // without a name it is this one: picocli demands either
        @Option(names = "--all", description = "Every connection whose certificate is due for renewal.")
        private boolean all;
    }

    @Option(names = "--force", description = "With --all: those that are not due as well.")
    private boolean force;

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            completionCandidates = KeyTypeLabels.class,
            description = {
                "Type of the new key: ${COMPLETION-CANDIDATES}",
                "(default: setting 'key_type', else that of the present key)."
            })
    private KeyType keyType;

    @Mixin
    private ProxyOption proxy;

    RenewCertificateCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        LoadedSettings loaded = LoadedSettings.of(
                invocation,
                new Overrides(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.ofNullable(keyType).map(KeyType::label),
                        proxy.detectProxy(),
                        false));
        ConnectionRegistry stored = loaded.guardedRegistry();
        stored.checkChangeable();
        Registry registry = stored.read();
        Renewal renewal = loaded.wiring().renewal();
        if (which.name != null) {
            renewal.renew(registry.find(which.name)
                    .orElseThrow(() -> new CommandException(
                            "there is no connection '" + which.name + "': 'status' lists those there are")));
            return ExitCode.SUCCESS;
        }
        List<String> failures = new ArrayList<>();
        for (Connection connection : registry.connections()) {
            renew(connection, renewal).ifPresent(failures::add);
        }
        if (!failures.isEmpty()) {
            throw new CommandException(String.join("; ", failures));
        }
        return ExitCode.SUCCESS;
    }

    /** One that fails stops no other; imported ones are somebody else's business. */
    private Optional<String> renew(Connection connection, Renewal renewal) throws Exception {
        try {
            if (connection.receiver().isPresent() && (force || isDue(connection))) {
                renewal.renew(connection);
            }
            return Optional.empty();
        } catch (RenewalException | ReceiverException | PkiException e) {
            return Optional.of("connection " + connection.name() + ": " + e.getMessage());
        }
    }

    private boolean isDue(Connection connection) throws PkiException {
        return RenewalWindow.of(
                        connection.identity().certificate(), invocation.clock().instant())
                != RenewalWindow.NOT_DUE;
    }
}

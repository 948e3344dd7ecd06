package io.agentctl.cli;

import io.agentctl.Wiring;
import io.agentctl.activity.Activity;
import io.agentctl.audit.AuditLines;
import io.agentctl.audit.AuditLog;
import io.agentctl.config.AuditSettings;
import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import io.agentctl.config.Settings;
import io.agentctl.config.TrustSettings;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.TrustRules;
import io.agentctl.log.RotatingFile;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.Revocation;
import io.agentctl.pki.RevocationFile;
import java.util.logging.Logger;

/**
 * The settings of one command, and what follows from them.
 *
 * @param settings the settings
 * @param overrides what the command line says
 * @param invocation what the command is called with
 */
record LoadedSettings(Settings settings, Overrides overrides, Invocation invocation) {
    private static final long BYTES_IN_MIB = 1024L * 1024;
    private static final Logger LOG = Logger.getLogger("io.agentctl.config");

    static LoadedSettings of(Invocation invocation, Overrides overrides) throws ConfigException {
        Settings settings = Settings.load(invocation.environment(), overrides);
        if (!settings.unknownKeys().isEmpty()) {
            LOG.warning(() ->
                    settings.file() + ": unknown settings are ignored: " + String.join(", ", settings.unknownKeys()));
        }
        return new LoadedSettings(settings, overrides, invocation);
    }

    /** Returns what the settings are now, if they can be understood. */
    LoadedSettings again() throws ConfigException {
        return of(invocation, overrides);
    }

    /** For commands that are over soon. */
    Wiring wiring() {
        return wiring(Activity.unasked());
    }

    /** For a service, which counts what it does. */
    Wiring wiring(Activity activity) {
        return new Wiring(settings, proxies(), audit(), activity, trustRules(), invocation.clock());
    }

    ConnectionRegistry registry() {
        return wiring().registry();
    }

    /** Returns whom to trust beyond what registrations say; asked once by a service, since it remembers what it has read. */
    TrustRules trustRules() {
        TrustSettings trust = settings.trust();
        return new TrustRules(
                trust.allowedPeers(),
                trust.crlFile()
                        .<Revocation>map(file ->
                                new RevocationFile(file, trust.crlFailsClosed().value(), invocation.clock()))
                        .orElse(Revocation.UNKNOWN),
                trust.tls().value(),
                invocation.clock());
    }

    private AuditLog audit() {
        AuditSettings audit = settings.audit();
        return switch (audit.destination().value()) {
            case OFF -> AuditLog.NONE;
            case STDERR -> new AuditLines(invocation.terminal().err()::println, invocation.clock());
            case FILE ->
                new AuditLines(
                        RotatingFile.at(
                                audit.file().orElseThrow(),
                                audit.fileSize().value() * BYTES_IN_MIB,
                                audit.files().value())::append,
                        invocation.clock());
        };
    }

    /** For the verbs that change it: they look first whether others can get at it. */
    ConnectionRegistry guardedRegistry() throws RegistryException {
        wiring().homeGuard().check();
        return registry();
    }

    ProxyEnvironment proxies() {
        return settings.detectProxy().value()
                ? new ProxyEnvironment(invocation.environment())
                : ProxyEnvironment.DIRECT;
    }
}

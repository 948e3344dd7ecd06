package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.config.Settings;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.receiver.Sites;
import io.agentctl.status.Service;
import io.agentctl.status.Status;
import io.agentctl.status.StatusInquiry;
import io.agentctl.status.StatusJson;
import io.agentctl.status.StatusText;
import java.time.Clock;
import java.util.Optional;

/**
 * What {@code status} prints. Two ways lead to it, {@link StatusCommand} and {@link StatusForAgent}, so that it stands apart from both.
 *
 * @param settings where the files and the agent are
 * @param sites how to ask sites; empty to leave them alone
 * @param service what the service says of itself
 * @param clock tells the time
 */
record StatusReport(Settings settings, Optional<Sites> sites, Service service, Clock clock) {

    /** For those who want what compatibility fixes, and nothing more. */
    StatusReport(Settings settings, Optional<Sites> sites, Clock clock) {
        this(settings, sites, new Service.NotAsked(), clock);
    }

    /** Returns the report as sites and scripts parse it: one line. */
    String json() throws RegistryException, InterruptedException {
        return service instanceof Service.NotAsked
                ? StatusJson.of(status())
                : StatusJson.of(status(), service, clock.instant());
    }

    /** Returns the report for people: several lines. */
    String text() throws RegistryException, InterruptedException {
        return service instanceof Service.NotAsked
                ? StatusText.of(status(), settings.isOpenToAnyone())
                : StatusText.of(status(), settings.isOpenToAnyone(), service, clock.instant());
    }

    private Status status() throws RegistryException, InterruptedException {
        return new StatusInquiry(
                        Version.current(),
                        settings.agent().value(),
                        settings.allowedIp().value(),
                        sites)
                .about(new ConnectionRegistry(settings.home().value()).pullPolicy());
    }
}

package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.config.Settings;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.receiver.Sites;
import io.agentctl.status.Status;
import io.agentctl.status.StatusInquiry;
import io.agentctl.status.StatusJson;
import io.agentctl.status.StatusText;
import java.util.Optional;

/**
 * What {@code status} prints. Two ways lead to it, {@link StatusCommand} and {@link StatusForAgent}, so that it stands apart from both.
 *
 * @param settings where the files and the agent are
 * @param sites how to ask sites; empty to leave them alone
 */
record StatusReport(Settings settings, Optional<Sites> sites) {

    /** Returns the report as sites and scripts parse it: one line. */
    String json() throws RegistryException, InterruptedException {
        return StatusJson.of(status());
    }

    /** Returns the report for people: several lines. */
    String text() throws RegistryException, InterruptedException {
        return StatusText.of(status(), settings.isOpenToAnyone());
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

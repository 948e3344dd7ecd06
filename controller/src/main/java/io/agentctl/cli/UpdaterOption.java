package io.agentctl.cli;

import io.agentctl.config.UpdaterRegistration;
import io.agentctl.connection.SiteId;
import io.agentctl.receiver.Credentials;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that registers the agent updater as well. */
final class UpdaterOption {
    @Option(
            names = "--automatic-updates",
            description = {
                "Register the agent updater (cmk-update-agent) as well, if it is installed",
                "(setting 'updater_registration' does so without being asked)."
            })
    private boolean automaticUpdates;

    /**
     * Registers the updater if the option or the configuration says so.
     *
     * @param loaded the settings
     * @param siteId where this host has just been registered
     * @param hostName the host's name there, if it is known
     * @param credentials who vouched for this host
     */
    void apply(LoadedSettings loaded, SiteId siteId, Optional<String> hostName, Credentials credentials)
            throws InterruptedException {
        AgentUpdater updater = new AgentUpdater(loaded.invocation().environment());
        UpdaterRegistration wanted = loaded.settings().updaterRegistration().value();
        if (automaticUpdates
                || wanted == UpdaterRegistration.OVERWRITE
                || (wanted == UpdaterRegistration.KEEP && !updater.isRegistered())) {
            updater.register(siteId, hostName, credentials);
        }
    }
}

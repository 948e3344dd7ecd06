package io.agentctl.cli;

import io.agentctl.Daemon;
import io.agentctl.Hangup;
import io.agentctl.Termination;
import io.agentctl.Version;
import io.agentctl.Wiring;
import io.agentctl.activity.Activity;
import io.agentctl.config.ConfigException;
import io.agentctl.config.ProcessUser;
import io.agentctl.config.Settings;
import io.agentctl.connection.RegistryWatch;
import io.agentctl.pull.ListenException;
import io.agentctl.registration.RegistrationException;
import io.agentctl.systemd.Supervisor;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service in the process of a command. */
final class RunningService {
    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    private RunningService() {}

    /** Which service, of those that a wiring has. */
    @FunctionalInterface
    interface Choice {
        /**
         * Puts it together.
         *
         * @param wiring how
         * @param isStart whether it starts, instead of going on by other settings
         */
        Daemon.Plan of(Wiring wiring, boolean isStart) throws RegistrationException;
    }

    /**
     * Runs a service until the process is told to end.
     *
     * @param settings what the operator chose
     * @param choice which service
     * @return the exit status
     * @throws CommandException if this is root, and that is not allowed
     * @throws Exception if it ended by itself
     */
    static int untilTerminated(LoadedSettings settings, Choice choice) throws Exception {
        refuseRoot(settings.settings());
        if (settings.invocation().environment().containsKey("LISTEN_FDS")) {
            // Java adopts no descriptor but standard input without native code.
            LOG.warning(
                    "LISTEN_FDS: a socket of systemd's cannot be taken over, and is ignored; remove the socket unit, and use"
                            + " the setting 'listen' instead");
        }
        Invocation invocation = settings.invocation();
        Activity activity =
                new Activity(Version.current(), ProcessHandle.current().pid(), invocation.clock());
        Daemon service = new Daemon(
                new RegistryWatch(settings.registry()),
                choice.of(settings.wiring(activity), true),
                Supervisor.of(invocation.environment()));
        Hangup.calls(() -> reload(service, settings, activity, choice));
        try (Termination termination = new Termination()) {
            service.run(termination.requested());
        }
        return ExitCode.SUCCESS;
    }

    /** All is looked at before anything changes. One at a time: every signal comes on a thread of its own. */
    private static synchronized void reload(Daemon service, LoadedSettings settings, Activity activity, Choice choice) {
        try {
            LoadedSettings now = settings.again();
            if (service.adopt(choice.of(now.wiring(activity), false))) {
                LOG.info(() -> "the settings of " + now.settings().file() + " are in force");
            }
        } catch (ConfigException | RegistrationException | ListenException e) {
            LOG.log(Level.SEVERE, e, () -> e.getMessage() + "; the settings that were in force stay in force");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(
                    Level.SEVERE,
                    e,
                    () -> "unexpected failure: " + e + "; whether other settings are in force is not known");
        }
    }

    /** Nothing that a service does needs root's rights, and all the network can reach it. */
    private static void refuseRoot(Settings settings) throws CommandException {
        if (!settings.allowRoot().value() && ProcessUser.current().isRoot()) {
            throw new CommandException(
                    "will not serve as root: give " + settings.home().value()
                            + " to a user of its own, such as cmk-agent, and start this as that user, or say --allow-root");
        }
    }
}

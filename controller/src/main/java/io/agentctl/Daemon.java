package io.agentctl;

import io.agentctl.config.Setting;
import io.agentctl.config.Settings;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.RegistryWatch;
import io.agentctl.net.IpNetwork;
import io.agentctl.pull.ListenException;
import io.agentctl.pull.PullServer;
import io.agentctl.pull.PullSettings;
import io.agentctl.pull.PullSettings.AllowList;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The background service: serves pulls as the registry says, and follows the registry. */
public final class Daemon {
    /** Changes by other processes are to be noticed within a second. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    /** As long as a fetcher's slowest pull may take after a stop. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    private final RegistryWatch watch;
    private final PullServer pullServer;
    private Optional<PullPolicy> unapplied = Optional.empty();
    private String lastTrouble = "";

    /**
     * @param watch brings the registry's changes
     * @param pullServer serves pulls; stopped by this daemon
     */
    public Daemon(RegistryWatch watch, PullServer pullServer) {
        this.watch = watch;
        this.pullServer = pullServer;
    }

    /**
     * Wires the service.
     *
     * @param settings what the operator chose
     * @param clock tells when certificates must be valid
     * @return the service, not yet running
     */
    public static Daemon of(Settings settings, Clock clock) {
        PullSettings pullSettings = new PullSettings(
                settings.pullPort().value(),
                allowList(settings.allowedIp()),
                settings.connectionsPerAddress().value(),
                settings.connectionTimeout().value(),
                settings.compression().value());
        return new Daemon(
                new RegistryWatch(new ConnectionRegistry(settings.home().value())),
                new PullServer(pullSettings, settings.agent().value(), clock));
    }

    /**
     * Serves until told to stop, then lets pulls in flight end. What goes wrong after a good start is logged, and tried again.
     *
     * @param stop counted down to end the service
     * @throws RegistryException if the registry cannot be read at the start
     * @throws ListenException if the port cannot be opened at the start
     * @throws InterruptedException if interrupted
     */
    public void run(CountDownLatch stop) throws RegistryException, ListenException, InterruptedException {
        try {
            follow();
            if (pullServer.port().isEmpty()) {
                LOG.info("no connection is pulled: the port stays closed until one is registered");
            }
            while (!stop.await(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                followOrComplain();
            }
        } finally {
            LOG.info("stopping");
            pullServer.stop(STOP_PATIENCE);
        }
    }

    /** An entry that cannot be understood admits nobody, and opens nothing either: the list stands. */
    private static AllowList allowList(Setting<List<String>> entries) {
        List<IpNetwork> networks = new ArrayList<>();
        for (String entry : entries.value()) {
            try {
                networks.add(IpNetwork.parse(entry));
            } catch (IllegalArgumentException e) {
                LOG.warning(() -> entries.origin() + ": allowed_ip: " + e.getMessage() + "; it is ignored");
            }
        }
        return new AllowList(!entries.value().isEmpty(), networks);
    }

    private void follow() throws RegistryException, ListenException {
        Optional<PullPolicy> news = watch.poll();
        if (news.isPresent()) {
            unapplied = news;
        }
        if (unapplied.isPresent()) {
            pullServer.apply(unapplied.get());
            unapplied = Optional.empty();
            lastTrouble = "";
        }
    }

    private void followOrComplain() {
        try {
            follow();
        } catch (RegistryException | ListenException e) {
            if (!e.getMessage().equals(lastTrouble)) {
                lastTrouble = e.getMessage();
                LOG.log(Level.SEVERE, e.getMessage(), e);
            }
        }
    }
}

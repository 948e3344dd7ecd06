package io.agentctl;

import io.agentctl.activity.Activity;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.RegistryEvents;
import io.agentctl.config.DoorSettings;
import io.agentctl.config.Setting;
import io.agentctl.config.Settings;
import io.agentctl.config.TlsProvider;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.HomeGuard;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.connection.TrustRules;
import io.agentctl.live.LiveSocket;
import io.agentctl.live.Page;
import io.agentctl.live.PageServer;
import io.agentctl.metrics.Metrics;
import io.agentctl.net.IpNetwork;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.FileAccessView;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pull.PullSettings;
import io.agentctl.pull.PullSettings.AllowList;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import io.agentctl.pull.Terms;
import io.agentctl.pull.TlsStack;
import io.agentctl.push.PushSchedule;
import io.agentctl.push.Pusher;
import io.agentctl.push.Retries;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.PortDiscovery;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Timeouts;
import io.agentctl.registration.AutoRegistration;
import io.agentctl.registration.AutoRegistrationSchedule;
import io.agentctl.registration.PreConfigured;
import io.agentctl.registration.Registration;
import io.agentctl.registration.RegistrationException;
import io.agentctl.registration.TargetSites;
import io.agentctl.renewal.Renewal;
import io.agentctl.renewal.RenewalSchedule;
import io.agentctl.renewal.Renewer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Puts the rooms together as the settings say.
 *
 * @param settings what the operator chose
 * @param proxies what stands between us and sites
 * @param audit is told of what was decided
 * @param activity counts what is done
 * @param rules whom to trust beyond what registrations say
 * @param clock tells the time
 */
public record Wiring(
        Settings settings, ProxyEnvironment proxies, AuditLog audit, Activity activity, TrustRules rules, Clock clock) {
    private static final Duration FIRST_LOOK = Duration.ofMinutes(1);
    private static final Duration PUSH_PERIOD = Duration.ofMinutes(1);

    /** Hosts that start together shall not push together. */
    private static final long PUSH_MOMENT = ThreadLocalRandom.current().nextLong(PUSH_PERIOD.toNanos());

    private static final String METRICS_PATH = "/metrics";

    /** Said here, or every service would load the library to say it. */
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Timeouts PUSH_TIMEOUTS = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(50));

    /** Without compression there is no push: the API knows zlib alone. */
    private static final int LEAST_PUSH_COMPRESSION = 1;

    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    /**
     * Returns what it takes to serve pulls and do nothing else.
     *
     * @param isStart of no meaning here
     */
    public Daemon.Plan pullService(boolean isStart) {
        return plan(List.of());
    }

    /**
     * Returns what it takes for the whole service.
     *
     * @param isStart whether it starts, instead of going on by other settings: connections that are not pre-configured are deleted then alone
     * @return the plan
     * @throws RegistrationException if the file of pre-configured connections cannot be understood
     */
    public Daemon.Plan service(boolean isStart) throws RegistrationException {
        List<Daemon.Companion> companions = new ArrayList<>();
        companions.add(new Daemon.Companion(
                "push", new PushSchedule(registry(), pusher(Retries.WITHIN_THE_MINUTE), untilNextPush(), PUSH_PERIOD)));
        companions.add(new Daemon.Companion("renewal", renewalSchedule()));
        PreConfigured.read(settings.preConfigured())
                .ifPresent(wanted ->
                        companions.add(new Daemon.Companion("pre-configured", autoRegistration(wanted, isStart))));
        return plan(companions);
    }

    /**
     * Makes what pushes.
     *
     * @param retries how patiently
     * @return what pushes
     */
    public Pusher pusher(Retries retries) {
        return new Pusher(
                settings.agent().value(),
                Math.max(settings.compression().value(), LEAST_PUSH_COMPRESSION),
                settings.home().value(),
                new HttpSites(proxies, PUSH_TIMEOUTS, rules),
                retries,
                told());
    }

    /** Returns what renews one connection. */
    public Renewal renewal() {
        Setting<KeyType> keyType = settings.keyType();
        Setting<KeyStorage> keyStorage = settings.keyStorage();
        return new Renewal(
                registry(),
                new HttpSites(proxies, Timeouts.PATIENT, rules),
                keyType.isDefault() ? Optional.empty() : Optional.of(keyType.value()),
                keyStorage.isDefault() ? Optional.empty() : Optional.of(keyStorage.value()),
                clock);
    }

    /** Returns what looks whether others can get at the private keys. */
    public HomeGuard homeGuard() {
        return new HomeGuard(
                settings.home().value(),
                registry().file(),
                FileAccessView.ofThisProcess(),
                settings.strictPermissions().value());
    }

    private RenewalSchedule renewalSchedule() {
        RenewalSchedule.Passage passage = new RenewalSchedule.Passage() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                sleep(duration);
            }
        };
        return new RenewalSchedule(
                new Renewer(registry(), renewal(), new Random(), told(), clock),
                clock,
                passage,
                Duration.ofMillis(ThreadLocalRandom.current().nextLong(FIRST_LOOK.toMillis())),
                // For months nothing will need the memory that it took, and the collector would never come that far.
                System::gc);
    }

    private Daemon.Plan plan(List<Daemon.Companion> companions) {
        PullSettings pullSettings = new PullSettings(
                door(),
                settings.connectionTimeout().value(),
                settings.compression().value(),
                settings.warmUp().value());
        warnOfIdleRules();
        List<Daemon.Companion> all = new ArrayList<>(companions);
        all.add(new Daemon.Companion(
                "live-state",
                LiveSocket.of(settings.home().value()).server(activity::state, Map.of(METRICS_PATH, metricsPage()))));
        settings.metrics()
                .address()
                .ifPresent(address -> all.add(new Daemon.Companion(
                        "metrics", new PageServer("metrics", address, Map.of(METRICS_PATH, metricsPage())))));
        return new Daemon.Plan(
                homeGuard(),
                new Terms(pullSettings, tlsStack(), settings.agent().value(), told(), activity, rules),
                all,
                told());
    }

    private Page metricsPage() {
        return new Page(METRICS_TYPE, () -> Metrics.text(activity.state(), presentRegistry()));
    }

    private Registry presentRegistry() {
        try {
            return registry().read();
        } catch (RegistryException e) {
            // Whoever watches the registry says so, once.
            LOG.fine(e.getMessage());
            return Registry.EMPTY;
        }
    }

    /** Those who count hear of what others account for, too. */
    private AuditLog told() {
        return AuditLog.both(audit, activity);
    }

    /** Settings that are read anew leave the minute's moment as it is. */
    private static Duration untilNextPush() {
        long period = PUSH_PERIOD.toNanos();
        return Duration.ofNanos(period - Math.floorMod(System.nanoTime() - PUSH_MOMENT, period));
    }

    private Door door() {
        DoorSettings door = settings.door();
        return new Door(
                settings.pullPort().value(),
                door.listen().value(),
                allowList(settings.allowedIp()),
                new Limits(
                        settings.connectionsPerAddress().value(),
                        door.maxConnections().value(),
                        door.maxAgentRuns().value(),
                        door.maxFailedHandshakes().value()),
                settings.isOpenToAnyone(),
                door.trustedProxies().map(networks -> new AllowList(true, networks.value())));
    }

    /** A name that is spelt wrongly would protect nobody. */
    private void warnOfIdleRules() {
        if (settings.trust().allowedPeers().isEmpty()) {
            return;
        }
        try {
            rules.idle(registry().read())
                    .forEach(name -> LOG.warning(() -> settings.file() + ": there is no connection '" + name
                            + "', so its allowed_peers concern nobody yet"));
        } catch (RegistryException e) {
            // Whoever serves by the registry says so in a moment.
            LOG.fine(e.getMessage());
        }
    }

    private TlsStack tlsStack() {
        Setting<TlsProvider> provider = settings.tlsProvider();
        TlsStack wanted = provider.value() == TlsProvider.JDK ? TlsStack.JDK : TlsStack.OPENSSL;
        Optional<String> obstacle = wanted.obstacle();
        if (obstacle.isEmpty()) {
            LOG.info(() -> "pulls are served by " + wanted.label());
            return wanted;
        }
        LOG.log(
                provider.value() == TlsProvider.OPENSSL ? Level.WARNING : Level.INFO,
                () -> "pulls are served by " + TlsStack.JDK.label() + ", since " + wanted.label()
                        + " cannot be used here: " + obstacle.get());
        return TlsStack.JDK;
    }

    private AutoRegistrationSchedule autoRegistration(PreConfigured wanted, boolean isStart) {
        TargetSites targets = new TargetSites() {
            @Override
            public ReceiverAddress discover(SiteId siteId) throws ReceiverException {
                return new PortDiscovery(settings.validateApiCert().value(), proxies, Timeouts.PATIENT)
                        .discover(siteId);
            }

            @Override
            public AgentReceiver stranger(ReceiverAddress address, PeerCheck check) {
                return new HttpAgentReceiver(
                        address,
                        rules.narrowed(check, address.siteId()),
                        Optional.empty(),
                        proxies,
                        Timeouts.PATIENT,
                        rules.tls());
            }
        };
        return new AutoRegistrationSchedule(
                new AutoRegistration(
                        wanted,
                        registry(),
                        new Registration(
                                settings.keyStorage().value(),
                                settings.keyType().value(),
                                clock),
                        targets,
                        new HttpSites(proxies, Timeouts.PATIENT, rules),
                        Wiring::sleep,
                        clock),
                Wiring::sleep,
                isStart);
    }

    /** Returns the connections. */
    public ConnectionRegistry registry() {
        return new ConnectionRegistry(settings.home().value(), new RegistryEvents(told()));
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
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
}

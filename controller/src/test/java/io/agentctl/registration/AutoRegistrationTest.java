package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.ThreadLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.registration.PreConfigured.Target;
import io.agentctl.site.Decision;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that registers by itself: where it is registered already, where it is not, and where that goes wrong. */
class AutoRegistrationTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");
    private static final SiteId SITE_ID = SiteId.parse("localhost/prod");

    @TempDir
    private Path home;

    private final List<Duration> pauses = new ArrayList<>();
    private SimulatedSite site;
    private SimulatedTargets targets;
    private ConnectionRegistry registry;
    private ThreadLog log;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
        site.roster().user(USER.user(), USER.password());
        targets = new SimulatedTargets(site);
        registry = new ConnectionRegistry(home);
        log = ThreadLog.of("io.agentctl.registration", Thread.currentThread());
    }

    @AfterEach
    void stop() {
        log.close();
        site.close();
    }

    @Test
    void registersWhereItIsNotRegistered() throws Exception {
        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        Connection connection = registry.read().find("localhost/prod").orElseThrow();
        assertThat(connection.receiver()).contains(site.address());
        assertThat(site.roster().registration(connection.uuid())).isPresent();
        assertThat(site.roster().request(connection.uuid()).orElseThrow().labels())
                .containsEntry("role", "web")
                .containsKeys("cmk/hostname-simple", "cmk/os-family");
        assertThat(targets.discovered()).containsExactly(SITE_ID);
        assertThat(log.lines()).containsExactly("INFO pre-configured connection localhost/prod: registered");
    }

    @Test
    void introducesNobodyWhoCouldNotBeStored() throws Exception {
        Path lock = Files.createDirectory(home.resolve(".registered_connections.lock"));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).containsExactly(SITE_ID);

        assertThat(site.requests()).isEmpty();
        assertThat(log.lines())
                .containsExactly(
                        "WARNING pre-configured connection localhost/prod: cannot lock " + lock + ": Is a directory");
    }

    @Test
    void asksForThePortOnlyIfItIsNotTold() throws Exception {
        assertThat(auto(wanted(target(Optional.of(site.receiverPort())))).attempt())
                .isEmpty();

        assertThat(registry.read().connections()).hasSize(1);
        assertThat(targets.discovered()).isEmpty();
    }

    @Test
    void waitsForASiteThatHasNotDecided() throws Exception {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(pauses).containsExactly(Duration.ofSeconds(20));
        assertThat(registry.read().connections()).hasSize(1);
    }

    @Test
    void leavesAConnectionAloneThatTheSiteKnows() throws Exception {
        stored(site.enroll("web1", ConnectionMode.PUSH));
        String before = Files.readString(registry.file());

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(Files.readString(registry.file())).isEqualTo(before);
        assertThat(site.requests())
                .extracting(request -> request.endpoint())
                .containsExactly(Endpoint.REGISTRATION_STATUS);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void makesDoWithTheKnownPortWhereNobodyTellsIt() throws Exception {
        targets = new SimulatedTargets();
        stored(site.enroll("web1", ConnectionMode.PULL));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(targets.discovered()).containsExactly(SITE_ID);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void correctsNothingButThePortOfAConnectionThatTheSiteKnows() throws Exception {
        Connection right = site.enroll("web1", ConnectionMode.PULL);
        stored(right.at(new ReceiverAddress(SITE_ID, 1)));

        assertThat(auto(wanted(target(Optional.of(site.receiverPort())))).attempt())
                .isEmpty();

        assertThat(registry.read().connections()).containsExactly(right);
        assertThat(site.requests(Endpoint.REGISTER_NEW)).isEmpty();
    }

    /** A renewal or a registration by hand may end while the site answers. */
    @Test
    void correctsThePortOfWhatTheConnectionIsByThen() throws Exception {
        Connection old = site.enroll("web1", ConnectionMode.PULL);
        Connection renewed = site.enroll("web1", ConnectionMode.PULL, old.uuid(), TestKeys.ec());
        stored(old.at(new ReceiverAddress(SITE_ID, 1)));
        site.fault(Endpoint.REGISTRATION_STATUS, (exchange, proper) -> {
            stored(renewed.at(new ReceiverAddress(SITE_ID, 1)));
            proper.handle(exchange);
        });

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(registry.read().connections()).containsExactly(renewed);
    }

    @Test
    void bringsBackNothingThatIsDeletedMeanwhile() throws Exception {
        stored(site.enroll("web1", ConnectionMode.PULL).at(new ReceiverAddress(SITE_ID, 1)));
        site.fault(Endpoint.REGISTRATION_STATUS, (exchange, proper) -> {
            registry.update(present -> present.without(connection -> true));
            proper.handle(exchange);
        });

        auto(wanted(target(Optional.empty()))).attempt();

        assertThat(registry.read().connections()).isEmpty();
    }

    @Test
    void registersAnewWhereTheSiteHasForgottenIt() throws Exception {
        Connection forgotten = site.enroll("web1", ConnectionMode.PULL);
        stored(forgotten);
        site.roster().forget(forgotten.uuid());

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.uuid()).isNotEqualTo(forgotten.uuid()));
    }

    @Test
    void registersAnewWithACertificateThatHasExpired() throws Exception {
        Connection expired = expired();
        stored(expired);

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.uuid()).isNotEqualTo(expired.uuid()));
        assertThat(site.requests(Endpoint.REGISTRATION_STATUS)).isEmpty();
    }

    @Test
    void registersAnewWithAKeyThatCannotBeUsed() throws Exception {
        Connection good = site.enroll("web1", ConnectionMode.PULL);
        stored(Connection.registered(
                ConnectionMode.PULL, site.address(), good.uuid(), "broken", good.certificate(), good.rootCert()));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.uuid()).isNotEqualTo(good.uuid()));
    }

    @Test
    void registersAnewWithARootThatCannotBeUsed() throws Exception {
        Connection good = site.enroll("web1", ConnectionMode.PULL);
        stored(Connection.registered(
                ConnectionMode.PULL, site.address(), good.uuid(), good.privateKey(), good.certificate(), "broken"));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).isEmpty();

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.uuid()).isNotEqualTo(good.uuid()));
    }

    @Test
    void doesNotRegisterAgainWhereTheSiteDoesNotAnswer() throws Exception {
        stored(site.enroll("web1", ConnectionMode.PULL));
        String before = Files.readString(registry.file());
        site.fault(Endpoint.REGISTRATION_STATUS, Fault.HANG_UP);

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).containsExactly(SITE_ID);
        site.fault(Endpoint.REGISTRATION_STATUS, Fault.html(503));
        assertThat(auto(wanted(target(Optional.empty()))).attempt()).containsExactly(SITE_ID);

        assertThat(Files.readString(registry.file())).isEqualTo(before);
        assertThat(site.requests(Endpoint.REGISTER_NEW)).isEmpty();
        assertThat(log.lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("WARNING pre-configured connection localhost/prod: ")
                        .doesNotContain(USER.password()));
    }

    @Test
    void isNotStoppedByOneSite() throws Exception {
        Target unknown = new Target(
                SiteId.parse("localhost/nowhere"),
                Optional.empty(),
                USER,
                Optional.of(site.ca().pem()));
        Target broken = new Target(SiteId.parse("localhost/broken"), Optional.of(1), USER, Optional.of("no PEM"));
        Target closed = new Target(
                SiteId.parse("localhost/closed"),
                Optional.of(1),
                USER,
                Optional.of(site.ca().pem()));

        assertThat(auto(wanted(unknown, broken, closed, target(Optional.empty())))
                        .attempt())
                .containsExactly(unknown.siteId(), broken.siteId(), closed.siteId());

        assertThat(registry.read().connections()).extracting(Connection::name).containsExactly("localhost/prod");
        assertThat(log.lines()).hasSize(4);
        assertThat(log.lines().get(0))
                .startsWith("WARNING pre-configured connection localhost/nowhere: cannot find out");
        assertThat(log.lines().get(1)).startsWith("WARNING pre-configured connection localhost/broken: ");
        assertThat(log.lines().get(2))
                .startsWith("WARNING pre-configured connection localhost/closed: cannot reach localhost:1: ");
    }

    @Test
    void isDeclined() throws Exception {
        site.roster().decide(Decision.declined("not you"));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).containsExactly(SITE_ID);

        assertThat(registry.read().connections()).isEmpty();
        assertThat(log.lines())
                .containsExactly("WARNING pre-configured connection localhost/prod: the site localhost/prod declined"
                        + " this host: not you");
    }

    @Test
    void givesTheCredentialsToNobodyButTheSite() throws Exception {
        site.serverIdentity(TestCa.ofSite("prod", CLOCK).site("prod"));

        assertThat(auto(wanted(target(Optional.empty()))).attempt()).containsExactly(SITE_ID);

        assertThat(site.requests()).isEmpty();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARNING pre-configured connection localhost/prod: localhost:" + site.receiverPort()
                        + " is not trusted: ");
    }

    @Test
    void warnsThatWithoutARootAnyoneIsTakenForTheSite() throws Exception {
        Target blind = new Target(SITE_ID, Optional.empty(), USER, Optional.empty());

        assertThat(auto(wanted(blind)).attempt()).isEmpty();

        assertThat(registry.read().connections()).hasSize(1);
        assertThat(log.lines())
                .containsExactly(
                        "WARNING pre-configured connection localhost/prod names no root_cert: whoever answers is taken for"
                                + " the site and given the credentials",
                        "INFO pre-configured connection localhost/prod: registered");
    }

    @Test
    void deletesOthers() throws Exception {
        Connection wanted = site.enroll("web1", ConnectionMode.PULL);
        Connection imported = imported();
        stored(wanted);
        stored(other());
        stored(imported);

        auto(wanted(target(Optional.empty()))).deleteOthers();

        assertThat(registry.read().connections()).containsExactly(wanted);
        assertThat(log.lines())
                .containsExactly(
                        "WARNING connection other.example.com/prod is not among the pre-configured ones: it is deleted",
                        "WARNING connection " + imported.uuid()
                                + " is not among the pre-configured ones: it is deleted");
    }

    @Test
    void keepsOthersIfItIsToldTo() throws Exception {
        stored(other());
        stored(imported());
        String before = Files.readString(registry.file());

        auto(new PreConfigured(List.of(target(Optional.empty())), Map.of(), true))
                .deleteOthers();

        assertThat(Files.readString(registry.file())).isEqualTo(before);
        assertThat(log.lines()).isEmpty();
    }

    /** Any change of the registry removes the marker for legacy pull. */
    @Test
    void changesNothingWhereThereIsNothingToDelete() throws Exception {
        stored(site.enroll("web1", ConnectionMode.PULL));
        Path marker = Files.createFile(home.resolve("allow-legacy-pull"));

        auto(wanted(target(Optional.empty()))).deleteOthers();

        assertThat(marker).exists();
    }

    @Test
    void isDueWhereAnyConnectionIsMissingOrExpired() throws Exception {
        AutoRegistration auto = auto(wanted(target(Optional.empty())));

        assertThat(auto.isDue()).isTrue();
        stored(expired());
        assertThat(auto.isDue()).isTrue();
        stored(site.enroll("web1", ConnectionMode.PULL));
        assertThat(auto.isDue()).isFalse();
        assertThat(auto(wanted()).isDue()).isFalse();
        assertThat(site.requests()).isEmpty();
    }

    private AutoRegistration auto(PreConfigured wanted) {
        return new AutoRegistration(
                wanted,
                registry,
                new Registration(KeyType.EC_P256, CLOCK),
                targets,
                new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, CLOCK),
                duration -> {
                    pauses.add(duration);
                    site.roster().decide(Decision.SUCCESS);
                },
                CLOCK);
    }

    private static PreConfigured wanted(Target... targets) {
        return new PreConfigured(List.of(targets), Map.of("role", "web"), false);
    }

    private Target target(Optional<Integer> port) {
        return new Target(SITE_ID, port, USER, Optional.of(site.ca().pem()));
    }

    private void stored(Connection connection) throws IOException {
        registry.update(present -> present.with(connection));
    }

    private Connection expired() {
        UUID uuid = UUID.randomUUID();
        TestCa.Issued agent = site.agentCa()
                .issue(uuid.toString())
                .valid(Instant.now().minus(Duration.ofDays(2)), Instant.now().minusSeconds(1))
                .mint();
        return Connection.registered(
                ConnectionMode.PULL,
                site.address(),
                uuid,
                agent.privateKeyPem(),
                agent.certificatePem(),
                site.ca().pem());
    }

    private static Connection other() {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(SiteId.parse("other.example.com/prod"), 8000),
                UUID.randomUUID(),
                "K",
                "C",
                "R");
    }

    private static Connection imported() {
        return new Connection(
                Connection.Kind.PULL_IMPORTED, Optional.empty(), UUID.randomUUID(), "K", "C", "R", Map.of());
    }
}

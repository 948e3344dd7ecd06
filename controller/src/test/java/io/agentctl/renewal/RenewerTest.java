package io.agentctl.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.ThreadLog;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.TestCa;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.Signing;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections are renewed, when they are tried again, and what is said about it. */
class RenewerTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    @TempDir
    private Path home;

    private final SettableClock clock = new SettableClock(NOW);
    private SimulatedSite site;
    private SimulatedSite second;
    private ConnectionRegistry registry;
    private ThreadLog log;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", clock);
        second = new SimulatedSite("second", clock);
        registry = new ConnectionRegistry(home);
        log = ThreadLog.of("io.agentctl.renewal", Thread.currentThread());
    }

    @AfterEach
    void stop() {
        log.close();
        second.close();
        site.close();
    }

    @Test
    void leavesAloneWhatIsNotDue() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(46)));

        Renewer renewer = renewer();
        renewer.look();

        assertThat(registry.read().connections()).containsExactly(connection);
        assertThat(site.requests()).isEmpty();
        assertThat(renewer.nextTry()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void renewsWhatIsDue() throws Exception {
        Connection due = stored(endingIn(site, Duration.ofDays(44)));
        Connection notDue = stored(endingIn(second, Duration.ofDays(46)));

        Renewer renewer = renewer();
        renewer.look();
        renewer.look();

        assertThat(registry.read().connections()).hasSize(2).contains(notDue).doesNotContain(due);
        assertThat(tries(site)).isEqualTo(1);
        assertThat(renewer.nextTry()).isEmpty();
        assertThat(log.lines()).containsExactly("INFO connection localhost/prod: key and certificate renewed");
    }

    /** What is obtained in one look is stored together, and what somebody has changed until then stays changed. */
    @Test
    void doesNotUndoWhatHappensBeforeItIsStored() throws Exception {
        Connection deleted = stored(endingIn(site, Duration.ofDays(44)));
        Connection due = stored(endingIn(second, Duration.ofDays(44)));
        second.fault(Endpoint.RENEW_CERTIFICATE, (exchange, proper) -> {
            registry.update(present -> present.without(deleted::equals));
            proper.handle(exchange);
        });

        renewer().look();

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(renewed -> assertThat(renewed.uuid()).isEqualTo(due.uuid()))
                .isNotEqualTo(due);
        assertThat(log.lines())
                .containsExactlyInAnyOrder(
                        "WARNING connection localhost/prod was not renewed: connection localhost/prod was changed while it was"
                                + " being renewed: what it was changed to stays",
                        "INFO connection localhost/second: key and certificate renewed");
    }

    @Test
    void doesNotAskAtEveryLookForWhatIsDueAgain() throws Exception {
        site.signing(Signing.valid(clock.instant().minus(Duration.ofDays(1)), TestCa.YEAR_3020));
        stored(endingIn(site, Duration.ofDays(44)));

        Renewer renewer = renewer();
        renewer.look();
        clock.advance(Duration.ofHours(23));
        renewer.look();
        assertThat(tries(site)).isEqualTo(1);

        clock.advance(Duration.ofHours(2));
        renewer.look();
        assertThat(tries(site)).isEqualTo(2);
    }

    @Test
    void oneThatFailsStopsNoOther() throws Exception {
        Connection broken = stored(new Connection(
                Connection.Kind.PULL,
                Optional.of(new ReceiverAddress(new SiteId("broken", "site"), 8000)),
                UUID.randomUUID(),
                "no key",
                "no certificate",
                "no root",
                Map.of()));
        Connection failing = stored(endingIn(site, Duration.ofDays(44)));
        Connection due = stored(endingIn(second, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));

        renewer().look();

        assertThat(registry.read().connections())
                .hasSize(3)
                .contains(broken, failing)
                .doesNotContain(due);
        assertThat(tries(second)).isEqualTo(1);
        assertThat(log.lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("WARNING connection broken/site was not renewed: "))
                .anyMatch(line -> line.startsWith("WARNING connection localhost/prod was not renewed: "))
                .contains("INFO connection localhost/second: key and certificate renewed");
    }

    @ParameterizedTest
    @CsvSource({"0.0, 800", "0.5, 1000", "1.0, 1200"})
    void triesAgainAfterTheDelaysOfTheTable(double drawn, long permille) throws Exception {
        stored(endingIn(site, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        Renewer renewer = renewer(always(drawn));
        renewer.look();
        int tries = 1;

        for (Duration delay : List.of(
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                Duration.ofHours(3),
                Duration.ofHours(6),
                Duration.ofHours(6),
                Duration.ofHours(6))) {
            Instant due = clock.instant().plus(delay.multipliedBy(permille).dividedBy(1000));
            assertThat(tries(site)).isEqualTo(tries);
            assertThat(renewer.nextTry()).contains(due);
            clock.set(due.minus(MILLISECOND));
            renewer.look();
            assertThat(tries(site)).isEqualTo(tries);
            clock.set(due);
            renewer.look();
            tries++;
        }
    }

    @Test
    void spreadsTheTriesOfHostsThatFailedTogether() throws Exception {
        stored(endingIn(site, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        Random random = new Random(20_310_506);
        List<Duration> delays = random.longs(5)
                .mapToObj(seed -> {
                    Renewer renewer = renewer(new Random(seed));
                    renewer.look();
                    return Duration.between(clock.instant(), renewer.nextTry().orElseThrow());
                })
                .toList();

        assertThat(delays)
                .allMatch(delay -> delay.toSeconds() >= 48 && delay.toMillis() <= 72_000)
                .doesNotHaveDuplicates();
    }

    @Test
    void beginsAnewAfterASuccess() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.times(2, Fault.html(500)));
        Renewer renewer = renewer(always(0.5));
        for (int i = 0; i < 3; i++) {
            renewer.look();
            renewer.nextTry().ifPresent(clock::set);
        }
        assertThat(registry.read().connections()).doesNotContain(connection);
        assertThat(renewer.nextTry()).isEmpty();

        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        registry.update(present -> present.with(connection));
        renewer.look();

        assertThat(renewer.nextTry()).contains(clock.instant().plus(Duration.ofMinutes(1)));
    }

    @Test
    void comesBackWhenTheSiteSays() throws Exception {
        stored(endingIn(site, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, (exchange, proper) -> {
            exchange.getResponseHeaders().set("Retry-After", "7200");
            exchange.sendResponseHeaders(503, -1);
        });
        Renewer renewer = renewer();
        renewer.look();

        Instant due = NOW.plus(Duration.ofHours(2));
        assertThat(renewer.nextTry()).contains(due);
        clock.set(due.minus(MILLISECOND));
        renewer.look();
        assertThat(tries(site)).isEqualTo(1);
        clock.set(due);
        renewer.look();
        assertThat(tries(site)).isEqualTo(2);
    }

    @Test
    void asksRarelyWhereItIsNotRegistered() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        site.roster().forget(connection.uuid());
        Renewer renewer = renewer(always(0.5));
        for (int i = 1; i <= 3; i++) {
            renewer.look();
            assertThat(tries(site)).isEqualTo(i);
            assertThat(renewer.nextTry()).contains(clock.instant().plus(Duration.ofHours(6)));
            clock.advance(Duration.ofHours(6).minus(MILLISECOND));
            renewer.look();
            assertThat(tries(site)).isEqualTo(i);
            clock.advance(MILLISECOND);
        }

        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARNING connection localhost/prod was not renewed: the agent receiver at "
                        + site.address() + " refused to renew the certificate of " + connection.uuid()
                        + " (HTTP status 403): Host is not registered.")
                .endsWith("; if the host is not registered any more, register again with: register --server localhost:"
                        + site.receiverPort() + " --site prod --hostname HOST --user USER");
    }

    @Test
    void asksRarelyAfterAnAnswerThatCannotBeUsed() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        site.signing(Signing.WRONG_KEY);
        Renewer renewer = renewer(always(0.5));
        renewer.look();

        assertThat(renewer.nextTry()).contains(NOW.plus(Duration.ofHours(6)));
        assertThat(registry.read().connections()).containsExactly(connection);
    }

    @Test
    void tellsATroubleOnceUntilItChanges() throws Exception {
        stored(endingIn(site, Duration.ofDays(44)));
        Renewer renewer = renewer(always(0.5));
        for (int status : new int[] {500, 500, 500, 503, 503, 200}) {
            site.fault(Endpoint.RENEW_CERTIFICATE, status == 200 ? Fault.NONE : Fault.html(status));
            renewer.look();
            renewer.nextTry().ifPresent(clock::set);
        }

        assertThat(tries(site)).isEqualTo(6);
        assertThat(log.lines())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARNING connection localhost/prod was not renewed: ")
                                .contains("(HTTP status 500)"),
                        line -> assertThat(line)
                                .startsWith("WARNING connection localhost/prod was not renewed: ")
                                .contains("(HTTP status 503)"),
                        line -> assertThat(line)
                                .isEqualTo("INFO connection localhost/prod: key and certificate renewed"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void warnsOfTheEndOnceADayCount(boolean imported) throws Exception {
        Instant end = NOW.plus(FIVE_YEARS);
        Connection registered = EnrolledHost.at(site, NOW, end);
        Connection connection = stored(imported ? EnrolledHost.imported(registered) : registered);
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        Renewer renewer = renewer();

        for (int days : new int[] {44, 30, 15, 7, 3, 1}) {
            clock.set(end.minus(Duration.ofDays(days)));
            renewer.look();
            for (int i = 0; i < 3; i++) {
                clock.set(end.minus(Duration.ofDays(days))
                        .plus(Duration.ofHours(7L * i))
                        .plus(MILLISECOND));
                renewer.look();
            }
        }

        String beginning =
                "WARNING the certificate of connection " + connection.name() + " ends at " + end + ", in less than ";
        assertThat(log.lines().stream().filter(line -> line.contains("ends at")))
                .containsExactly(
                        beginning + "30 days",
                        beginning + "15 days",
                        beginning + "7 days",
                        beginning + "3 days",
                        beginning + "1 day");
        assertThat(tries(site) == 0).isEqualTo(imported);
    }

    /** A daemon that starts late says what is so now, and not what was. */
    @Test
    void warnsOfTheNearestEndOnly() throws Exception {
        stored(EnrolledHost.imported(endingIn(site, Duration.ofDays(2))));

        Renewer renewer = renewer();
        renewer.look();
        renewer.look();

        assertThat(log.lines()).singleElement().asString().endsWith(", in less than 3 days");
    }

    /** By the command, while the daemon's tries failed. */
    @Test
    void warnsAgainAfterARenewalBySomebodyElse() throws Exception {
        Connection connection = stored(EnrolledHost.at(site, NOW.minus(Duration.ofDays(61)), NOW.plus(days(29))));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        Renewer renewer = renewer();
        renewer.look();
        assertThat(endings()).isEqualTo(1);

        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.NONE);
        site.signing(Signing.valid(NOW, NOW.plus(days(90))));
        new Renewal(registry, sites(), Optional.empty(), clock).renew(connection);
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        clock.advance(days(1));
        renewer.look();
        clock.set(NOW.plus(days(61)));
        renewer.look();

        assertThat(endings()).isEqualTo(2);
    }

    @Test
    void saysThatAnImportedCertificateHasEnded() throws Exception {
        Connection imported = stored(EnrolledHost.imported(endingIn(site, Duration.ofSeconds(-1))));

        Renewer renewer = renewer();
        renewer.look();
        renewer.look();

        assertThat(log.lines())
                .containsExactly("WARNING the certificate of connection " + imported.name() + " expired at "
                        + NOW.minusSeconds(1) + ", now is " + NOW
                        + "; if this host's clock is right, run proxy-register again, and import what it prints");
    }

    /** As on a board without a clock of its own, until the network tells it the time. */
    @Test
    void saysThatTheClockIsBehind() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        Instant start = connection.identity().certificate().getNotBefore().toInstant();
        clock.set(Instant.EPOCH);
        Renewer renewer = renewer();
        renewer.look();
        renewer.look();

        assertThat(log.lines())
                .containsExactly("WARNING the certificate of connection localhost/prod is valid only from " + start
                        + ", now is 1970-01-01T00:00:00Z: set this host's clock, until then no site is trusted");
        assertThat(site.requests()).isEmpty();

        clock.set(NOW);
        renewer.look();
        assertThat(tries(site)).isEqualTo(1);
    }

    @Test
    void saysHowToRegisterAgainWhenItIsTooLate() throws Exception {
        stored(endingIn(site, Duration.ofSeconds(-1)));

        Renewer renewer = renewer(always(0.5));
        renewer.look();
        clock.advance(Duration.ofHours(6));
        renewer.look();

        assertThat(log.lines())
                .containsExactly("WARNING connection localhost/prod was not renewed: the certificate of connection"
                        + " localhost/prod expired at " + NOW.minusSeconds(1)
                        + "; if this host's clock is right, register again with: register --server localhost:"
                        + site.receiverPort()
                        + " --site prod --hostname HOST --user USER");
        assertThat(site.requests()).isEmpty();
    }

    /** As it is where a machine begins with a wrong time that is corrected later. */
    @Test
    void aTroubleFromAClockThatWasAheadIsForgotten() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        clock.advance(FIVE_YEARS);
        Renewer renewer = renewer();
        renewer.look();
        assertThat(registry.read().connections()).containsExactly(connection);

        clock.set(NOW);
        renewer.look();

        assertThat(registry.read().connections()).doesNotContain(connection);
    }

    @Test
    void forgetsTheTroublesOfADeletedConnection() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.html(500));
        Renewer renewer = renewer();
        renewer.look();
        assertThat(renewer.nextTry()).isPresent();

        registry.update(present -> present.without(connection::equals));
        renewer.look();

        assertThat(renewer.nextTry()).isEmpty();
    }

    /** Or the schedule would look every minute. */
    @Test
    void forgetsTheTroublesOfAnImportedConnectionThatWasMended() throws Exception {
        Connection imported = EnrolledHost.imported(endingIn(site, Duration.ofDays(400)));
        stored(imported.with("no key", imported.certificate()));
        Renewer renewer = renewer();
        renewer.look();
        assertThat(renewer.nextTry()).isPresent();

        stored(imported);
        clock.advance(Duration.ofHours(8));
        renewer.look();

        assertThat(renewer.nextTry()).isEmpty();
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void outlivesARegistryThatCannotBeRead() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        String text = Files.readString(registry.file());
        Files.writeString(registry.file(), "no registry");
        Renewer renewer = renewer();
        renewer.look();
        assertThat(Files.readString(registry.file())).isEqualTo("no registry");

        Files.writeString(registry.file(), text);
        renewer.look();

        assertThat(registry.read().connections()).doesNotContain(connection);
    }

    @Test
    void outlivesADefect() throws Exception {
        Connection connection = stored(endingIn(site, Duration.ofDays(44)));
        Renewal defective = new Renewal(
                registry,
                target -> {
                    throw new IllegalStateException("a defect");
                },
                Optional.empty(),
                clock);
        Renewer renewer = new Renewer(registry, defective, always(0.5), AuditLog.NONE, clock);
        renewer.look();

        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("SEVERE connection localhost/prod: unexpected failure: ");
        assertThat(renewer.nextTry()).contains(NOW.plus(Duration.ofHours(6)));
        assertThat(registry.read().connections()).containsExactly(connection);
    }

    private long endings() {
        return log.lines().stream().filter(line -> line.contains(" ends at ")).count();
    }

    private static int tries(SimulatedSite asked) {
        return asked.requests(Endpoint.RENEW_CERTIFICATE).size();
    }

    private static Duration days(int days) {
        return Duration.ofDays(days);
    }

    private static Connection endingIn(SimulatedSite issuer, Duration left) {
        return EnrolledHost.at(issuer, NOW.plus(left).minus(FIVE_YEARS), NOW.plus(left));
    }

    private Connection stored(Connection connection) throws RegistryException {
        registry.update(present -> present.with(connection));
        return connection;
    }

    private Renewer renewer() {
        return renewer(new Random(4711));
    }

    private Renewer renewer(RandomGenerator random) {
        return new Renewer(
                registry, new Renewal(registry, sites(), Optional.empty(), clock), random, AuditLog.NONE, clock);
    }

    private HttpSites sites() {
        return new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, clock);
    }

    private static RandomGenerator always(double drawn) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("delays are drawn as fractions");
            }

            @Override
            public double nextDouble() {
                return drawn;
            }
        };
    }
}

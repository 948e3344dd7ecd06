package io.agentctl.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.RefusedException;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Sites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.Signing;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One renewal, at a site that does as it should and at one that does not. */
class RenewalTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final Instant END = NOW.plus(Duration.ofDays(44));
    private static final SettableClock CLOCK = new SettableClock(NOW);

    @TempDir
    private Path home;

    private SimulatedSite site;
    private ConnectionRegistry registry;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
        registry = new ConnectionRegistry(home);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"EC_P256", "RSA_2048"})
    void keepsTheTypeOfTheKey(KeyType type) throws Exception {
        Connection old = stored(enrolled(keyOf(type)));

        Connection renewed = renewal().renew(old);

        assertIsNewPair(renewed, old, type);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void takesTheTypeThatIsWanted(KeyType before, KeyType wanted) throws Exception {
        Connection old = stored(enrolled(keyOf(before)));

        Connection renewed = renewal(Optional.of(wanted)).renew(old);

        assertIsNewPair(renewed, old, wanted);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of(KeyType.EC_P256, KeyType.RSA_2048), Arguments.of(KeyType.RSA_2048, KeyType.EC_P256));
    }

    /** A key of a type that we would not make ourselves. */
    @Test
    void replacesAForeignKeyByOneOfTheDefaultType() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec("secp384r1")));

        Connection renewed = renewal().renew(old);

        assertIsNewPair(renewed, old, KeyType.EC_P256);
    }

    @ParameterizedTest
    @EnumSource(ConnectionMode.class)
    void changesNothingButKeyAndCertificate(ConnectionMode mode) throws Exception {
        Connection enrolled = EnrolledHost.at(site, mode, TestKeys.ec(), END.minus(Duration.ofDays(1800)), END);
        Connection old = new Connection(
                enrolled.kind(),
                enrolled.receiver(),
                enrolled.uuid(),
                enrolled.privateKey(),
                enrolled.certificate(),
                enrolled.rootCert(),
                Map.of("since", "2.9"));
        Connection before = elsewhere("a", mode);
        Connection after = elsewhere("z", mode);
        registry.update(present -> new Registry(List.of(before, old, after), Map.of("version", 3)));

        Connection renewed = renewal().renew(old);

        assertThat(renewed).isEqualTo(old.with(renewed.privateKey(), renewed.certificate()));
        assertThat(renewed.kind().mode()).isEqualTo(mode);
        assertThat(registry.read()).isEqualTo(new Registry(List.of(before, renewed, after), Map.of("version", 3)));
    }

    @Test
    void neverRenewsAnImportedConnection() throws Exception {
        Connection imported = stored(EnrolledHost.imported(enrolled(TestKeys.ec())));

        assertRefused(
                imported,
                "connection " + imported.uuid()
                        + " was imported and cannot renew itself: run proxy-register again, and import what it prints");
        assertThat(site.requests()).isEmpty();
    }

    @Test
    void tellsHowToRegisterAgainWhenItIsTooLate() throws Exception {
        Instant end = NOW.minusSeconds(1);
        Connection expired = stored(EnrolledHost.at(site, end.minus(Duration.ofDays(90)), end));

        assertRefused(
                expired,
                "the certificate of connection localhost/prod expired at " + end
                        + "; if this host's clock is right, register again with: register --server localhost:"
                        + site.receiverPort()
                        + " --site prod --hostname HOST --user USER");
        assertThat(site.requests()).isEmpty();
    }

    @Test
    void renewsInTheLastSecond() throws Exception {
        Connection last = stored(EnrolledHost.at(site, NOW.minus(Duration.ofDays(90)), NOW));

        assertIsNewPair(renewal().renew(last), last, KeyType.EC_P256);
    }

    @Test
    void leavesAHostAloneThatTheSiteHasForgotten() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        site.roster().forget(old.uuid());
        String before = Files.readString(registry.file());

        assertThatThrownBy(() -> renewal().renew(old))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.status()).isEqualTo(403))
                .hasMessageStartingWith("the agent receiver at " + site.address()
                        + " refused to renew the certificate of " + old.uuid()
                        + " (HTTP status 403): Host is not registered.");
        assertThat(Files.readString(registry.file())).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void keepsThePairThatWorksWhenTheAnswerDoesNot(String name, Signing signing, String complaint) throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        String before = Files.readString(registry.file());
        site.signing(signing);

        assertThatThrownBy(() -> renewal().renew(old))
                .as(name)
                .isInstanceOf(RenewalException.class)
                .hasMessageStartingWith("the new certificate of connection localhost/prod ")
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("PRIVATE");
        assertThat(site.requests(Endpoint.RENEW_CERTIFICATE)).hasSize(1);
        assertThat(Files.readString(registry.file())).isEqualTo(before);
    }

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                Arguments.of("for another host", Signing.WRONG_COMMON_NAME, "' instead of 'CN="),
                Arguments.of("for another key", Signing.WRONG_KEY, "cannot be used: "),
                Arguments.of("an authority's", Signing.AUTHORITY, "is an authority's (CA:TRUE), not a host's"),
                Arguments.of(
                        "no alternative name",
                        (Signing)
                                (ca, request) -> ca.agentMinting(request).without(TestCa.Flaw.SUBJECT_ALTERNATIVE_NAME),
                        "lacks the alternative name DNS:"),
                Arguments.of("expired", Signing.EXPIRED, "to " + NOW.minusSeconds(1) + ", now is " + NOW),
                Arguments.of(
                        "not valid yet",
                        (Signing) (ca, request) -> ca.agentMinting(request).notYetValid(),
                        "now is " + NOW + "; is this host's clock right?"),
                Arguments.of(
                        "with a shorter life",
                        Signing.valid(
                                NOW.minus(Duration.ofDays(100)),
                                END.minusSeconds(1).minus(Duration.ofDays(30))),
                        "ends at " + END.minusSeconds(1).minus(Duration.ofDays(30)) + ", the old one at " + END
                                + ": the old one stays"));
    }

    @Test
    void keepsThePairWhenTheAnswerIsNoCertificate() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.body(200, "application/json", "{\"agent_cert\":\"none\"}"));

        assertRefused(
                old,
                "the new certificate of connection localhost/prod cannot be used: the PEM text holds no"
                        + " '-----BEGIN CERTIFICATE-----'");
    }

    /** They were never meant to last. */
    @Test
    void takesAShorterLifeForAnEndlessOne() throws Exception {
        Connection endless = stored(EnrolledHost.at(site, NOW.minus(Duration.ofDays(1)), TestCa.YEAR_3020));

        Connection renewed = renewal().renew(endless);

        assertThat(renewed.identity().certificate().getNotAfter().toInstant())
                .isEqualTo(NOW.plus(Duration.ofDays(5 * 365)));
    }

    @Test
    void doesNotUndoARegistrationThatWasMadeMeanwhile() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        Connection registeredMeanwhile = site.enroll("web1", ConnectionMode.PUSH);

        String failure = renewWhile(old, present -> present.with(registeredMeanwhile));

        assertThat(failure)
                .isEqualTo("connection localhost/prod was changed while it was being renewed:"
                        + " what it was changed to stays");
        assertThat(registry.read().connections()).containsExactly(registeredMeanwhile);
    }

    /** As another renewal would. */
    @Test
    void doesNotUndoAnotherPairOfTheSameConnection() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        Connection other = site.enroll("web1", ConnectionMode.PULL, old.uuid(), TestKeys.ec());

        String failure = renewWhile(old, present -> present.replacing(Map.of(old, other)));

        assertThat(failure).endsWith("what it was changed to stays");
        assertThat(registry.read().connections()).containsExactly(other);
    }

    @Test
    void doesNotUndoADeletion() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));

        String failure = renewWhile(old, present -> present.without(old::equals));

        assertThat(failure).endsWith("what it was changed to stays");
        assertThat(registry.read().connections()).isEmpty();
    }

    /** What was asked for last is legacy pull: that a renewal comes too late changes nothing about it. */
    @Test
    void doesNotUndoLegacyPull() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        site.fault(Endpoint.RENEW_CERTIFICATE, (exchange, proper) -> {
            registry.clearAndAllowLegacyPull();
            proper.handle(exchange);
        });

        assertThatThrownBy(() -> renewal().renew(old))
                .isInstanceOf(RenewalException.class)
                .hasMessage("connection localhost/prod was changed while it was being renewed:"
                        + " what it was changed to stays");

        assertThat(registry.hasLegacyPullMarker()).isTrue();
        assertThat(registry.read()).isEqualTo(Registry.EMPTY);
    }

    @Test
    void doesNotAskForWhatCannotBeStored() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        Path lock = home.resolve(".registered_connections.lock");
        Files.delete(lock);
        Files.createDirectory(lock);

        assertThatThrownBy(() -> renewal().renew(old))
                .isInstanceOf(RegistryException.class)
                .hasMessage("cannot lock " + lock + ": Is a directory");

        assertThat(site.requests()).isEmpty();
    }

    @Test
    void doesNotUndoAChangeOfAnotherConnection() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        Connection other = elsewhere("other", ConnectionMode.PULL);

        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.RENEW_CERTIFICATE, silence);
        CompletableFuture<Connection> renewing = new CompletableFuture<>();
        Thread thread = renewing(old, renewing);
        silence.awaitAsked();
        registry.update(present -> present.with(other));
        silence.release();

        Connection renewed = renewing.get(60, TimeUnit.SECONDS);
        thread.join();
        assertThat(registry.read().connections()).containsExactly(renewed, other);
    }

    /** So nothing is lost when the machine dies after the site has signed and before the new pair is stored. */
    @Test
    void theOldPairWorksAfterTheSiteHasSigned() throws Exception {
        Connection old = stored(enrolled(TestKeys.ec()));
        renewal().renew(old);

        assertThat(sites().receiverOf(old).registrationStatus(old.uuid()))
                .isEqualTo(new RegistrationStatus.Registered("web1", ConnectionMode.PULL));
        registry.update(present -> Registry.EMPTY.with(old));

        Connection renewed = renewal().renew(old);

        assertIsNewPair(renewed, old, KeyType.EC_P256);
        assertThat(sites().receiverOf(renewed).registrationStatus(old.uuid()))
                .isEqualTo(new RegistrationStatus.Registered("web1", ConnectionMode.PULL));
    }

    /** Returns the message of what came of a renewal during which the registry was changed. */
    private String renewWhile(Connection old, UnaryOperator<Registry> change) throws Exception {
        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.RENEW_CERTIFICATE, silence);
        CompletableFuture<Connection> renewing = new CompletableFuture<>();
        Thread thread = renewing(old, renewing);
        silence.awaitAsked();
        registry.update(change);
        String changed = Files.readString(registry.file());
        silence.release();
        Throwable failure = catchThrowable(() -> renewing.get(60, TimeUnit.SECONDS));
        thread.join();
        assertThat(Files.readString(registry.file())).isEqualTo(changed);
        assertThat(failure).hasCauseInstanceOf(RenewalException.class);
        return failure.getCause().getMessage();
    }

    private Thread renewing(Connection old, CompletableFuture<Connection> outcome) {
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(renewal().renew(old));
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.start();
        return thread;
    }

    private void assertIsNewPair(Connection renewed, Connection old, KeyType type) throws Exception {
        assertThat(registry.read().connections()).containsExactly(renewed);
        // Which also checks that key and certificate belong together and to the UUID.
        assertThat(KeyType.of(renewed.identity().certificate().getPublicKey())).contains(type);
        assertThat(renewed.privateKey()).isNotEqualTo(old.privateKey());
        assertThat(renewed.identity().certificate().getPublicKey())
                .isNotEqualTo(old.identity().certificate().getPublicKey());
        assertThat(renewed.identity().certificate().getNotAfter())
                .isAfter(old.identity().certificate().getNotAfter());
    }

    private void assertRefused(Connection connection, String message) throws IOException {
        String before = Files.readString(registry.file());
        assertThatThrownBy(() -> renewal().renew(connection))
                .isInstanceOf(RenewalException.class)
                .hasMessage(message);
        assertThat(Files.readString(registry.file())).isEqualTo(before);
    }

    private Connection stored(Connection connection) throws RegistryException {
        registry.update(present -> present.with(connection));
        return connection;
    }

    private Connection enrolled(KeyPair key) {
        return EnrolledHost.at(site, ConnectionMode.PULL, key, END.minus(Duration.ofDays(5 * 365)), END);
    }

    private static Connection elsewhere(String name, ConnectionMode mode) {
        return Connection.registered(
                mode,
                new ReceiverAddress(new SiteId("elsewhere", name), 8000),
                UUID.randomUUID(),
                "a key",
                "a certificate",
                "a root certificate");
    }

    private static KeyPair keyOf(KeyType type) {
        return type == KeyType.EC_P256 ? TestKeys.ec() : TestKeys.rsa(2048);
    }

    private Renewal renewal() {
        return renewal(Optional.empty());
    }

    private Renewal renewal(Optional<KeyType> keyType) {
        return new Renewal(registry, sites(), keyType, CLOCK);
    }

    private static Sites sites() {
        return new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, CLOCK);
    }
}

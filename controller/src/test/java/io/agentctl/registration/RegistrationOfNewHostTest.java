package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.TestCa;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.receiver.RefusedException;
import io.agentctl.receiver.UnreachableException;
import io.agentctl.receiver.UntrustedReceiverException;
import io.agentctl.site.Decision;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.Signing;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Registers at a site that has to make up its mind first, and that may turn out to be another one. */
class RegistrationOfNewHostTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");
    private static final Pause NONE = duration -> {
        throw new AssertionError("nothing to wait for");
    };

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
        site.roster().user(USER.user(), USER.password());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource(ConnectionMode.class)
    void becomesTheHostThatTheSiteWants(ConnectionMode mode) throws Exception {
        site.roster().anyHost(mode);

        Connection connection = register(Map.of("role", "web"), NONE);

        assertThat(connection.kind().mode()).isEqualTo(mode);
        assertThat(connection.receiver()).contains(site.address());
        assertThat(connection.rootCert()).isEqualTo(site.ca().pem());
        assertThat(connection.identity().servableFor(connection.uuid(), CLOCK.instant()))
                .isNotNull();
        assertThat(site.roster().registration(connection.uuid())).isPresent();
        assertThat(site.roster().request(connection.uuid()).orElseThrow().labels())
                .isEqualTo(Map.of("role", "web"));
    }

    @Test
    void asksEveryTwentySecondsUntilTheSiteHasDecided() throws Exception {
        site.roster().decide(Decision.IN_PROGRESS);
        List<Duration> pauses = new ArrayList<>();

        Connection connection = register(Map.of(), duration -> {
            pauses.add(duration);
            assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).hasSize(pauses.size());
            if (pauses.size() == 3) {
                site.roster().decide(Decision.SUCCESS);
            }
        });

        assertThat(pauses).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
        assertThat(site.requests(Endpoint.REGISTER_NEW)).hasSize(1);
        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING))
                .hasSize(4)
                .allSatisfy(asked -> assertThat(asked.uri()).endsWith("/" + connection.uuid()));
    }

    @Test
    void isDeclinedAtOnce() {
        site.roster().decide(Decision.declined("no host with\nlabel role:web"));

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> register(Map.of(), NONE))
                .withMessage("the site localhost/prod declined this host: no host with label role:web");
    }

    @Test
    void isDeclinedAfterAWhile() {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() ->
                        register(Map.of(), duration -> site.roster().decide(Decision.declined("the folder is full"))))
                .withMessage("the site localhost/prod declined this host: the folder is full");
    }

    @Test
    void endsWhenInterruptedWhileItWaits() {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> register(Map.of(), duration -> {
                    throw new InterruptedException("the user has had enough");
                }));

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).hasSize(1);
    }

    /** The root certificate has come by then: whoever answers next has to be vouched for by it. */
    @Test
    void givesTheCredentialsToNobodyElseOnceItKnowsTheRoot() {
        site.fault(Endpoint.REGISTER_NEW, (exchange, proper) -> {
            site.serverIdentity(TestCa.ofSite("prod", CLOCK).site("prod"));
            proper.handle(exchange);
        });

        assertThatExceptionOfType(UntrustedReceiverException.class)
                .isThrownBy(() -> register(Map.of(), NONE))
                .withMessageStartingWith("localhost:" + site.receiverPort() + " is not trusted: the certificate ")
                .withMessageContaining(
                        " of the agent receiver was issued by another CA named 'CN=Site 'prod' local CA'");

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).isEmpty();
    }

    @Test
    void recognisesAnImpostorWhileItWaits() {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThatExceptionOfType(UntrustedReceiverException.class)
                .isThrownBy(() -> register(
                        Map.of(),
                        duration ->
                                site.serverIdentity(TestCa.ofSite("prod", CLOCK).site("prod"))));

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).hasSize(1);
    }

    /** Hosts have certificates of the same site, and could play the site towards others. */
    @Test
    void takesNoHostForTheSite() {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThatExceptionOfType(UntrustedReceiverException.class)
                .isThrownBy(() -> register(
                        Map.of(), duration -> site.serverIdentity(site.ca().agent(UUID.randomUUID()))));
    }

    @Test
    void doesNotPinAForeignRoot() {
        site.rootCert(TestCa.ofSite("prod", CLOCK).pem());

        assertThatExceptionOfType(UntrustedReceiverException.class).isThrownBy(() -> register(Map.of(), NONE));

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).isEmpty();
    }

    @Test
    void cannotPinARootThatIsNone() {
        site.rootCert("none");

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> register(Map.of(), NONE))
                .withMessageStartingWith(
                        "the site localhost/prod answered with a root certificate that cannot be used: ");

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).isEmpty();
    }

    static Stream<Arguments> badCertificates() {
        return Stream.of(
                Arguments.of("for another host", Signing.WRONG_COMMON_NAME, "the certificate is for 'CN="),
                Arguments.of("for another key", Signing.WRONG_KEY, "was not issued for this private key"),
                Arguments.of("expired", Signing.EXPIRED, "; is this host's clock right?"),
                Arguments.of("an authority's", Signing.AUTHORITY, "the certificate is an authority's (CA:TRUE)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badCertificates")
    void refusesACertificateThatDoesNotFit(String name, Signing signing, String reason) {
        site.signing(signing);

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> register(Map.of(), NONE))
                .withMessageStartingWith("the site localhost/prod answered with a certificate that cannot be used: ")
                .withMessageContaining(reason);
    }

    @Test
    void refusesACertificateThatIsNone() {
        site.fault(
                Endpoint.REGISTER_NEW_ONGOING,
                Fault.body(
                        200,
                        "application/json",
                        "{\"status\":\"Success\",\"agent_cert\":\"none\",\"connection_mode\":\"pull-agent\"}"));

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> register(Map.of(), NONE))
                .withMessageStartingWith("the site localhost/prod answered with a certificate that cannot be used: ");
    }

    @Test
    void saysWhatFailedWhileItWaited() {
        site.roster().decide(Decision.IN_PROGRESS);

        assertThatExceptionOfType(UnreachableException.class)
                .isThrownBy(() -> register(Map.of(), duration -> site.close()));
    }

    @Test
    void asksNobodyForProgressOfWhatWasRefused() {
        site.fault(Endpoint.REGISTER_NEW, Fault.detail(403, "no"));

        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> register(Map.of(), NONE));

        assertThat(site.requests(Endpoint.REGISTER_NEW_ONGOING)).isEmpty();
    }

    private Connection register(Map<String, String> labels, Pause pause) throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        SimulatedTargets targets = new SimulatedTargets(site);
        return new Registration(KeyType.EC_P256, CLOCK)
                .ofNewHost(
                        site.address(),
                        targets.stranger(site.address(), new FirstContact(Optional.empty(), CLOCK)),
                        trust -> targets.stranger(site.address(), trust),
                        USER,
                        labels,
                        duration -> {
                            assertThat(pauses.incrementAndGet()).isLessThan(10);
                            pause.last(duration);
                        });
    }
}

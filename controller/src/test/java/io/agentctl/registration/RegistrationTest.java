package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.AgentRequest;
import io.agentctl.pki.TestCa.Flaw;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.RefusedException;
import io.agentctl.receiver.RegistrationProgress;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Signing;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a registration asks a site for, the connection that comes out of it, and the answers that it does not believe. */
class RegistrationTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Credentials USER = new UserPassword("automation", "right");

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
        site.roster()
                .user("automation", "right")
                .host("web1", ConnectionMode.PULL)
                .host("web2", ConnectionMode.PUSH);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void makesAConnectionForAPulledHost() throws Exception {
        Connection connection = register("web1");

        assertThat(connection.kind()).isEqualTo(Connection.Kind.PULL);
        assertThat(connection.receiver()).contains(site.address());
        assertThat(connection.uuid().version()).isEqualTo(4);
        assertThat(connection.privateKey()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(connection.rootCert()).isEqualTo(site.ca().pem());
        assertThat(connection.unknownFields()).isEmpty();
        assertThat(connection.identity().certificate().getIssuerX500Principal())
                .isEqualTo(site.agentCa().certificate().getSubjectX500Principal());
        assertThat(connection.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void makesAConnectionForAPushedHost() throws Exception {
        assertThat(register("web2").kind()).isEqualTo(Connection.Kind.PUSH);
    }

    @Test
    void makesAConnectionThatTheSiteKnows() throws Exception {
        Connection connection = register("web1");

        assertThat(receiver(Optional.of(connection.identity())).registrationStatus(connection.uuid()))
                .isEqualTo(new RegistrationStatus.Registered("web1", ConnectionMode.PULL));
    }

    @Test
    void makesANewKeyAndUuidEachTime() throws Exception {
        Connection first = register("web1");
        Connection second = register("web1");

        assertThat(first.uuid()).isNotEqualTo(second.uuid());
        assertThat(first.privateKey()).isNotEqualTo(second.privateKey());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void asksForACertificateForAKeyOfTheChosenType(KeyType type) throws Exception {
        List<AgentReceiver.HostRequest> requests = new ArrayList<>();
        Connection connection = new Registration(type, CLOCK)
                .ofExistingHost(
                        site.address(),
                        answering((request, csr) -> {
                            requests.add(request);
                            return new AgentReceiver.RegisteredHost(
                                    site.ca().pem(), pem(site.agentCa().agentMinting(csr)), ConnectionMode.PULL);
                        }),
                        USER,
                        "web1");

        AgentRequest csr = AgentRequest.read(requests.get(0).csr());
        assertThat(requests.get(0).hostName()).isEqualTo("web1");
        assertThat(requests.get(0).uuid()).isEqualTo(connection.uuid());
        assertThat(csr.version()).isZero();
        assertThat(csr.subject()).isEqualTo("CN=" + connection.uuid());
        assertThat(KeyType.of(csr.publicKey())).contains(type);
        assertThat(connection.identity().certificate().getPublicKey()).isEqualTo(csr.publicKey());
    }

    static Stream<Arguments> unusable() {
        UUID other = UUID.fromString("0f8a3c3e-5d39-4b52-8e0b-9b6f8ad4a6c1");
        return Stream.of(
                signing(
                        "for another host",
                        (ca, request) -> ca.agentMinting(request).commonNames(other.toString()),
                        uuid -> "the certificate is for 'CN=" + other + "' instead of 'CN=" + uuid + "'"),
                signing(
                        "for two hosts",
                        (ca, request) -> ca.agentMinting(request).commonNames(request.commonName(), other.toString()),
                        uuid -> "the certificate is for 'CN=" + other + ",CN=" + uuid + "' instead of 'CN=" + uuid
                                + "'"),
                signing(
                        "for another key",
                        Signing.WRONG_KEY,
                        uuid -> "the certificate of CN=" + uuid + " was not issued for this private key"),
                signing(
                        "expired",
                        Signing.EXPIRED,
                        uuid -> "the certificate is valid from 2026-02-28T12:00:00Z to 2026-03-01T11:59:59Z, now is"
                                + " 2026-03-01T12:00:00Z; is this host's clock right?"),
                signing(
                        "valid later",
                        Signing.valid(NOW.plus(Duration.ofMinutes(61)), NOW.plus(Duration.ofDays(1))),
                        uuid -> "the certificate is valid from 2026-03-01T13:01:00Z to 2026-03-02T12:00:00Z, now is"
                                + " 2026-03-01T12:00:00Z; is this host's clock right?"),
                signing(
                        "of an authority",
                        Signing.AUTHORITY,
                        uuid -> "the certificate is an authority's (CA:TRUE), not a host's"),
                signing(
                        "without alternative name",
                        (ca, request) -> ca.agentMinting(request).without(Flaw.SUBJECT_ALTERNATIVE_NAME),
                        uuid -> "the certificate lacks the alternative name DNS:" + uuid),
                signing(
                        "with another alternative name",
                        (ca, request) -> ca.agentMinting(request).dnsNames(other.toString()),
                        uuid -> "the certificate lacks the alternative name DNS:" + uuid));
    }

    private static Arguments signing(String name, Signing signing, Function<UUID, String> reason) {
        return Arguments.of(name, signing, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void refusesACertificate(String name, Signing signing, Function<UUID, String> reason) {
        site.signing(signing);
        Throwable failure = catchThrowable(() -> register("web1"));

        UUID uuid = site.roster().registered().iterator().next();
        assertThat(failure)
                .isInstanceOf(RegistrationException.class)
                .hasMessage("the site localhost/prod answered with a certificate that cannot be used: "
                        + reason.apply(uuid));
    }

    @Test
    void takesACertificateOfASiteWhoseClockIsAhead() throws Exception {
        site.signing(Signing.valid(NOW.plus(Duration.ofMinutes(59)), NOW.plus(Duration.ofDays(1))));
        assertThat(register("web1").kind()).isEqualTo(Connection.Kind.PULL);
    }

    static Stream<Arguments> garbage() {
        String none = "the PEM text holds no '-----BEGIN CERTIFICATE-----'";
        return Stream.of(
                Arguments.of("", none),
                Arguments.of("garbage", none),
                Arguments.of("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", none),
                Arguments.of(
                        "-----BEGIN CERTIFICATE-----\nAAAA",
                        "the PEM text is cut off: '-----BEGIN CERTIFICATE-----' has no '-----END CERTIFICATE-----'"),
                Arguments.of(
                        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
                        "the PEM block 'CERTIFICATE' is not valid Base64"));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesGarbageInsteadOfTheRoot(String pem, String reason) {
        site.rootCert(pem);
        assertThat(catchThrowable(() -> register("web1")))
                .isInstanceOf(RegistrationException.class)
                .hasMessage("the site localhost/prod answered with a certificate that cannot be used: " + reason);
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesGarbageInsteadOfTheCertificate(String pem, String reason) {
        AgentReceiver receiver = answering(
                (request, csr) -> new AgentReceiver.RegisteredHost(site.ca().pem(), pem, ConnectionMode.PULL));
        assertThat(catchThrowable(() -> new Registration(KeyType.EC_P256, CLOCK)
                        .ofExistingHost(site.address(), receiver, USER, "web1")))
                .isInstanceOf(RegistrationException.class)
                .hasMessage("the site localhost/prod answered with a certificate that cannot be used: " + reason);
    }

    @Test
    void refusesAMalformedCertificate() {
        String der = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
        site.rootCert(der);
        assertThat(catchThrowable(() -> register("web1")))
                .isInstanceOf(RegistrationException.class)
                .hasMessageStartingWith("the site localhost/prod answered with a certificate that cannot be used:"
                        + " the certificate is malformed: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void passesTheSitesRefusalOn() {
        assertThat(catchThrowable(() -> register("web9"))).isInstanceOf(RefusedException.class);
        assertThat(site.roster().registered()).isEmpty();
    }

    private Connection register(String hostName) throws Exception {
        return new Registration(KeyType.EC_P256, CLOCK)
                .ofExistingHost(site.address(), receiver(Optional.empty()), USER, hostName);
    }

    private HttpAgentReceiver receiver(Optional<Identity> identity) {
        return new HttpAgentReceiver(
                site.address(),
                new FirstContact(Optional.empty(), CLOCK),
                identity,
                ProxyEnvironment.DIRECT,
                Timeouts.PATIENT);
    }

    private interface Answering {
        AgentReceiver.RegisteredHost to(AgentReceiver.HostRequest request, AgentRequest csr) throws Exception;
    }

    private static AgentReceiver answering(Answering answering) {
        return new AgentReceiver() {
            @Override
            public RegisteredHost registerExisting(Credentials credentials, HostRequest request) {
                try {
                    return answering.to(request, AgentRequest.read(request.csr()));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public String registerNew(Credentials credentials, NewHostRequest request) {
                throw new IllegalStateException("nobody asks");
            }

            @Override
            public RegistrationProgress registrationProgress(Credentials credentials, UUID uuid) {
                throw new IllegalStateException("nobody asks");
            }

            @Override
            public String renewCertificate(UUID uuid, String csr) {
                throw new IllegalStateException("nobody asks");
            }

            @Override
            public void sendAgentData(UUID uuid, Upload data) {
                throw new IllegalStateException("nobody asks");
            }

            @Override
            public RegistrationStatus registrationStatus(UUID uuid) {
                throw new IllegalStateException("nobody asks");
            }
        };
    }

    private static String pem(TestCa.Minting minting) throws Exception {
        return Pem.of(minting.mint().certificate());
    }
}

package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ConnectProxy;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.receiver.AgentReceiver.HostRequest;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.site.SimulatedSite;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom we take for the agent receiver, before and after its root is known; a stranger never sees the password. */
class ServerTrustTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String NOW = "2026-03-01T12:00:00Z";
    private static final String HOST = "0f8a3c3e-5d39-4b52-8e0b-9b6f8ad4a6c1";
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                both(
                        "expired",
                        ca -> ca.issue("prod").expired().mint(),
                        "the certificate 'CN=prod' of the agent receiver expired at 2026-03-01T11:59:59Z, now is " + NOW
                                + "; if this host's clock is right, the site needs a new one"),
                both(
                        "not yet valid",
                        ca -> ca.issue("prod").notYetValid().mint(),
                        "the certificate 'CN=prod' of the agent receiver is valid only from 2026-03-02T12:00:00Z, now"
                                + " is " + NOW + "; is this host's clock right?"),
                both(
                        "a host's",
                        ca -> ca.issue(HOST).mint(),
                        "the certificate of the agent receiver belongs to a host, not to a site: its common name is"
                                + " the UUID " + HOST),
                both(
                        "two names",
                        ca -> ca.issue("prod").commonNames("prod", "test").mint(),
                        "the certificate of the agent receiver has 2 common names instead of one: 'CN=test,CN=prod'"),
                both(
                        "no name",
                        ca -> ca.issue("prod").commonNames().mint(),
                        "the certificate of the agent receiver has 0 common names instead of one: 'O=nobody'"),
                both(
                        "two names, one of which steers the terminal",
                        ca -> ca.issue("prod")
                                .commonNames("prod", "\u001b[2J\n")
                                .mint(),
                        "the certificate of the agent receiver has 2 common names instead of one:"
                                + " 'CN=?[2J?,CN=prod'"));
    }

    private static Arguments both(String name, Function<TestCa, Issued> identity, String reason) {
        return Arguments.of(name, identity, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("strangers")
    void refusesAStranger(String name, Function<TestCa, Issued> identity, String reason) {
        site.serverIdentity(identity.apply(site.ca()));

        for (PeerCheck check : List.of(siteTrust(), new FirstContact(Optional.empty(), CLOCK))) {
            HttpAgentReceiver receiver = receiver("localhost", check);
            for (Throwable failure : List.of(
                    catchThrowable(() -> receiver.registerExisting(USER, request())),
                    catchThrowable(receiver::certificateChain))) {
                assertThat(failure)
                        .isInstanceOf(UntrustedReceiverException.class)
                        .hasMessage("localhost:" + site.receiverPort() + " is not trusted: " + reason);
                Secrets.assertAbsent(failure, "zebra-Crossing");
            }
        }
        assertThat(site.requests()).isEmpty();
    }

    /** Its certificate says what it is called now; under its old name it does not answer. */
    @Test
    void namesASiteThatWasRenamed() {
        ReceiverAddress formerly = new ReceiverAddress(new SiteId("localhost", "formerly"), site.receiverPort());
        HttpAgentReceiver receiver = new HttpAgentReceiver(
                formerly, siteTrust(), Optional.empty(), ProxyEnvironment.DIRECT, Timeouts.PATIENT);

        assertThat(catchThrowable(() -> receiver.registerExisting(USER, request())))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the agent receiver at " + formerly + " refused to register host 'web1' for " + USER
                        + " (HTTP status 404); the site there is called 'prod', not 'formerly': if it was renamed,"
                        + " register this host with its new name");
    }

    /** As after the site's agent CA was made anew; by OpenSSL, since the simulated site hangs up without an alert. */
    @Test
    void tellsThatTheSiteRefusesOurCertificate(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl"))),
                "openssl is not installed");
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        site.writeTo(dir);
        Path otherCa =
                Files.writeString(dir.resolve("other-ca.pem"), site.ca().self().certificatePem());
        Process server = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:0",
                        "-cert",
                        dir.resolve("site-cert.pem").toString(),
                        "-key",
                        dir.resolve("site-key.pem").toString(),
                        "-CAfile",
                        otherCa.toString(),
                        "-Verify",
                        "1",
                        "-verify_return_error")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int port = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII))
                    .lines()
                    .filter(line -> line.startsWith("ACCEPT "))
                    .map(line -> line.replaceFirst(".*:", ""))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElseThrow();
            HttpAgentReceiver receiver = new HttpAgentReceiver(
                    new ReceiverAddress(new SiteId("localhost", "prod"), port),
                    siteTrust(),
                    Optional.of(connection.identity()),
                    ProxyEnvironment.DIRECT,
                    Timeouts.PATIENT);

            assertThat(catchThrowable(() -> receiver.renewCertificate(
                            connection.uuid(), request().csr())))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach localhost:" + port + ": no CA that the site trusts has signed this host's"
                            + " certificate: if the site has another CA now, register this host again (TLS alert"
                            + " unknown_ca)");
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesAForeignCaOnceTheRootIsKnown() throws Exception {
        site.serverIdentity(TestCa.ofSite("prod", CLOCK).site("prod"));

        assertThat(catchThrowable(() -> receiver("localhost", siteTrust()).registerExisting(USER, request())))
                .isInstanceOf(UntrustedReceiverException.class)
                .hasMessageStartingWith("localhost:" + site.receiverPort() + " is not trusted: the certificate"
                        + " 'CN=prod' of the agent receiver was issued by another CA named 'CN=Site 'prod' local CA' than the"
                        + " one that this host registered with: ");
        assertThat(site.requests()).isEmpty();
        assertThat(receiver("localhost", new FirstContact(Optional.empty(), CLOCK))
                        .certificateChain())
                .hasSize(1);
    }

    @Test
    void insistsOnAFingerprint() throws Exception {
        Fingerprint right = Fingerprint.of(site.certificate().certificate());
        HttpAgentReceiver receiver = receiver("localhost", new FirstContact(Optional.of(right), CLOCK));
        assertThat(receiver.certificateChain())
                .containsExactly(site.certificate().certificate());

        Issued other = site.ca().site("prod");
        site.serverIdentity(other);
        assertThat(catchThrowable(() -> receiver("localhost", new FirstContact(Optional.of(right), CLOCK))
                        .registerExisting(USER, request())))
                .isInstanceOf(UntrustedReceiverException.class)
                .hasMessage("localhost:" + site.receiverPort() + " is not trusted: the certificate 'CN=prod' of the"
                        + " agent receiver has the SHA-256 fingerprint " + Fingerprint.of(other.certificate())
                        + " instead of " + right);
        assertThat(site.requests()).isEmpty();
    }

    @Test
    void looksAtAChainWithoutAskingAnything() throws Exception {
        TestCa below = site.ca().intermediate("between");
        Issued identity = below.site("prod");
        site.serverIdentity(identity);

        assertThat(receiver("localhost", siteTrust()).certificateChain()).isEqualTo(identity.chain());
        assertThat(site.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "agent_ctl.localhost"})
    void takesASiteUnderAnyAddress(String host) throws Exception {
        Assumptions.assumeTrue(resolves(host), host + " cannot be resolved on this machine");
        site.roster().user("automation", "zebra-Crossing").anyHost(ConnectionMode.PULL);

        assertThat(catchThrowable(() -> receiver(host, siteTrust()).registerExisting(USER, request())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("HTTP status 422");
        assertThat(site.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"under_score", "my_site.example_net.invalid", "-odd-.invalid", "[2001:db8::1]", "192.0.2.7"})
    void takesASiteUnderAnyNameThatOnlyTheProxyKnows(String host) throws Exception {
        try (ConnectProxy proxy = ConnectProxy.open()) {
            HttpAgentReceiver receiver = new HttpAgentReceiver(
                    new ReceiverAddress(new SiteId(host, "prod"), site.receiverPort()),
                    siteTrust(),
                    Optional.empty(),
                    proxy.environment(""),
                    Timeouts.PATIENT);

            assertThat(receiver.certificateChain())
                    .containsExactly(site.certificate().certificate());
            assertThat(proxy.requests()).containsExactly("CONNECT " + host + ":" + site.receiverPort() + " HTTP/1.1");
        }
    }

    private HttpAgentReceiver receiver(String host, PeerCheck check) {
        return new HttpAgentReceiver(
                new ReceiverAddress(new SiteId(host, "prod"), site.receiverPort()),
                check,
                Optional.empty(),
                ProxyEnvironment.DIRECT,
                Timeouts.PATIENT);
    }

    private SiteTrust siteTrust() {
        return SiteTrust.pinnedTo(List.of(site.ca().certificate()), CLOCK);
    }

    private static HostRequest request() {
        return new HostRequest(UUID.fromString(HOST), "no request", "web1");
    }

    private static boolean resolves(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

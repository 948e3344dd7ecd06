package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.connection.SiteId;
import io.agentctl.net.ConnectProxy;
import io.agentctl.net.LoopbackServer;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The port that a site's web server tells, by HTTPS or by HTTP, and what is no port. */
class PortDiscoveryTest {
    private static final SiteId SITE = new SiteId("localhost", "prod");

    /** The deadline alone can end a call in time: the time-outs of single steps are longer than the test's. */
    private static final Timeouts SHORT = new Timeouts(Duration.ofMinutes(5), Duration.ofSeconds(1));

    private static final int NOBODY = 1;
    private static final String PATH = "/prod/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void asksByHttpsFirst() throws Exception {
        assertThat(discovery(site.webPort(), NOBODY).discover(SITE)).isEqualTo(site.address());
        assertThat(site.requests(Endpoint.DISCOVERY)).hasSize(1);
        assertThat(site.requests().get(0).uri()).isEqualTo(PATH);
        assertThat(site.requests().get(0).method()).isEqualTo("GET");
        assertThat(site.requests().get(0).headers()).doesNotContainKey("authorization");
    }

    @Test
    void asksByHttpWhereNobodyAnswersHttps() throws Exception {
        assertThat(discovery(NOBODY, site.plainWebPort()).discover(SITE)).isEqualTo(site.address());
        assertThat(site.requests(Endpoint.DISCOVERY)).hasSize(1);
    }

    @Test
    void asksByHttpWhereHttpsAnswersNonsense() throws Exception {
        site.fault(Endpoint.DISCOVERY, Fault.times(1, Fault.html(200)));
        assertThat(discovery(site.webPort(), site.plainWebPort()).discover(SITE))
                .isEqualTo(site.address());
        assertThat(site.requests(Endpoint.DISCOVERY)).hasSize(2);
    }

    @Test
    void saysWhatToDoWhereNobodyAnswers() {
        Throwable failure = catchThrowable(() -> discovery(NOBODY, NOBODY).discover(SITE));

        assertThat(failure)
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot find out the agent receiver's port of localhost/prod (cannot reach localhost:1:"
                        + " connection refused; is the site running, and is this its agent receiver's port?): name it"
                        + " with --server localhost:PORT (usually 8000)");
        assertThat(failure.getSuppressed()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", " 8000\n", "1", "65535"})
    void readsAPort(String answer) throws Exception {
        site.fault(Endpoint.DISCOVERY, Fault.body(200, "text/plain", answer));
        assertThat(discovery(site.webPort(), NOBODY).discover(SITE).port()).isEqualTo(Integer.parseInt(answer.strip()));
    }

    static Stream<Arguments> answersWithoutPort() {
        String noPort = " did not answer with a port";
        return Stream.of(
                Arguments.of("a word", text("unknown"), noPort),
                Arguments.of("0", text("0"), noPort),
                Arguments.of("99999", text("99999"), noPort),
                Arguments.of("65536", text("65536"), noPort),
                Arguments.of("08000", text("08000"), noPort),
                Arguments.of("+8000", text("+8000"), noPort),
                Arguments.of("-1", text("-1"), noPort),
                Arguments.of("8000 8001", text("8000 8001"), noPort),
                Arguments.of("in Arabic digits", text("\u0668\u0660\u0660\u0660"), noPort),
                Arguments.of("empty", Fault.empty(200), noPort),
                Arguments.of("HTML", Fault.html(200), noPort),
                Arguments.of("404", Fault.html(404), " answered with HTTP status 404"),
                Arguments.of("301", Fault.empty(301), " answered with HTTP status 301"),
                Arguments.of("503", Fault.detail(503, "8000"), " answered with HTTP status 503"),
                Arguments.of(
                        "without end",
                        Fault.huge(200),
                        " sent more than 1024 KiB, which no agent receiver does;" + " is the port right?"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersWithoutPort")
    void refusesWhatIsNoPort(String name, Fault fault, String reason) {
        site.fault(Endpoint.DISCOVERY, fault);
        Throwable failure = catchThrowable(
                () -> discovery(site.webPort(), site.plainWebPort()).discover(SITE));

        assertThat(failure)
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot find out the agent receiver's port of localhost/prod (https://localhost:"
                        + site.webPort() + PATH + reason + "): name it with --server localhost:PORT (usually 8000)");
        assertThat(failure.getSuppressed()[0]).hasMessage("http://localhost:" + site.plainWebPort() + PATH + reason);
        assertThat(site.requests(Endpoint.DISCOVERY)).hasSize(2);
    }

    @Test
    void halfAPortIsNoPort() throws Exception {
        for (int i = 0; i < 2; i++) {
            boolean tls = i == 0;
            RawServer.Script half = peer -> {
                RawServer.request(peer);
                LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n80");
            };
            try (RawServer server = tls ? RawServer.tls(site.certificate(), half) : RawServer.plain(half)) {
                Throwable failure =
                        catchThrowable(() -> discovery(tls ? server.port() : NOBODY, tls ? NOBODY : server.port())
                                .discover(SITE));
                assertThat(tls ? failure.getCause() : failure.getSuppressed()[0])
                        .isInstanceOf(UnreachableException.class)
                        .hasMessage("cannot reach localhost:" + server.port()
                                + ": the connection ended in the middle of the answer");
            }
        }
    }

    static Stream<Arguments> plainAnswers() {
        String noHttp = "the answer is not HTTP";
        String ended = "the connection ended without an answer";
        return Stream.of(
                Arguments.of("", ended),
                Arguments.of("8000", noHttp),
                Arguments.of("HTTP/1.1 200 OK", ended),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n", ended),
                Arguments.of("HTTP/2 200 OK\r\n\r\n8000", noHttp),
                Arguments.of("HTTP/1.1 2000 OK\r\n\r\n8000", noHttp),
                Arguments.of("\r\n\r\n8000", noHttp),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nContent-Length:4 \r\n\r\n80",
                        "the connection ended in the middle of the answer"));
    }

    @ParameterizedTest
    @MethodSource("plainAnswers")
    void tellsAPlainAnswerThatIsNone(String answer, String reason) throws Exception {
        try (RawServer server = RawServer.plain(peer -> {
            RawServer.request(peer);
            LoopbackServer.send(peer, answer);
        })) {
            assertThat(catchThrowable(() -> discovery(NOBODY, server.port()).discover(SITE))
                            .getSuppressed()[0])
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach localhost:" + server.port() + ": " + reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200\r\n\r\n8000",
                "HTTP/1.1 200 OK\n\n8000",
                "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: 4\r\n\r\n8000",
                "HTTP/1.0 200 OK\r\nX: 1\r\nX: 2\r\n\r\n8000\n"
            })
    void readsAPlainAnswer(String answer) throws Exception {
        try (RawServer server = RawServer.plain(peer -> {
            assertThat(RawServer.request(peer)).startsWith("GET " + PATH + " HTTP/1.0\r\nHost: localhost:");
            LoopbackServer.send(peer, answer);
        })) {
            assertThat(discovery(NOBODY, server.port()).discover(SITE).port()).isEqualTo(8000);
        }
    }

    @Test
    void survivesAHeadWithoutEnd() throws Exception {
        try (RawServer server = RawServer.plain(peer -> {
            RawServer.request(peer);
            LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\n" + "a\n".repeat(5_000_000));
        })) {
            assertThat(catchThrowable(() -> discovery(NOBODY, server.port()).discover(SITE))
                            .getSuppressed()[0])
                    .isInstanceOf(MalformedAnswerException.class)
                    .hasMessageEndingWith(" sent more than 1024 KiB, which no agent receiver does; is the port right?");
        }
    }

    @Test
    void refusesChunks() throws Exception {
        try (RawServer server = RawServer.plain(peer -> {
            RawServer.request(peer);
            LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n8000\r\n0\r\n\r\n");
        })) {
            assertThat(catchThrowable(() -> discovery(NOBODY, server.port()).discover(SITE))
                            .getSuppressed()[0])
                    .isInstanceOf(MalformedAnswerException.class)
                    .hasMessageEndingWith(" answered in a coding that was not asked for");
        }
    }

    static Stream<RawServer.Script> stalling() {
        return Stream.of(
                RawServer::waitForEnd,
                peer -> {
                    RawServer.request(peer);
                    RawServer.drip(peer, "HTTP/1.1 200 OK\r\nX: x");
                },
                peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                    RawServer.drip(peer, " ");
                },
                peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\n\r\n");
                    RawServer.drip(peer, " ");
                },
                peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n1");
                    RawServer.waitForEnd(peer);
                },
                peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n1");
                    RawServer.waitForEnd(peer);
                });
    }

    @ParameterizedTest
    @MethodSource("stalling")
    void leavesAPlainServerThatStallsInTime(RawServer.Script script) throws Exception {
        try (RawServer server = RawServer.plain(script)) {
            PortDiscovery hasty = new PortDiscovery(false, ProxyEnvironment.DIRECT, SHORT, NOBODY, server.port());
            assertThat(catchThrowable(() -> hasty.discover(SITE)).getSuppressed()[0])
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach localhost:" + server.port() + ": no answer within 1 s");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void refusesASelfSignedCertificateWhereValidityIsAskedFor() throws Exception {
        try (RawServer plain = RawServer.plain(RawServer::waitForEnd)) {
            PortDiscovery strict =
                    new PortDiscovery(true, ProxyEnvironment.DIRECT, Timeouts.PATIENT, site.webPort(), plain.port());
            Throwable failure = catchThrowable(() -> strict.discover(SITE));

            assertThat(failure)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageStartingWith("cannot find out the agent receiver's port of localhost/prod (localhost:"
                            + site.webPort() + " is not trusted: TLS failed: ")
                    .hasMessageEndingWith("): name it with --server localhost:PORT (usually 8000)")
                    .hasCauseInstanceOf(UntrustedReceiverException.class);
            assertThat(plain.connections()).isZero();
            assertThat(site.requests()).isEmpty();
        }
    }

    @Test
    void goesThroughAProxyByHttpsAndByHttp() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.of("user", "right")) {
            ProxyEnvironment environment = proxy.environment("user:right@");
            SiteId elsewhere = new SiteId("site_a.invalid", "prod");
            assertThat(new PortDiscovery(false, environment, Timeouts.PATIENT, site.webPort(), NOBODY)
                            .discover(elsewhere)
                            .port())
                    .isEqualTo(site.receiverPort());
            assertThat(new PortDiscovery(false, environment, Timeouts.PATIENT, NOBODY, site.plainWebPort())
                            .discover(elsewhere)
                            .port())
                    .isEqualTo(site.receiverPort());
            assertThat(proxy.requests())
                    .contains(
                            "CONNECT site_a.invalid:" + site.webPort() + " HTTP/1.1",
                            "GET http://site_a.invalid:" + site.plainWebPort() + PATH + " HTTP/1.0");
        }
    }

    private static Fault text(String body) {
        return Fault.body(200, "text/plain", body);
    }

    private static PortDiscovery discovery(int httpsPort, int httpPort) {
        return new PortDiscovery(false, ProxyEnvironment.DIRECT, Timeouts.PATIENT, httpsPort, httpPort);
    }
}

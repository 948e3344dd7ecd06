package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.LoopbackServer;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.TestCa;
import io.agentctl.receiver.AgentReceiver.HostRequest;
import io.agentctl.receiver.Credentials.UserPassword;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that break off, stall or talk something else: each call ends, once, with an exception that says so. */
class RudeServerTest {

    /** The deadline alone can end a call in time: the time-outs of single steps are longer than the test's. */
    private static final Timeouts SHORT = new Timeouts(Duration.ofMinutes(5), Duration.ofSeconds(1));

    private static final Clock CLOCK = Clock.systemUTC();
    private static final TestCa CA = TestCa.ofSite("prod", CLOCK);
    private static final String IN_TIME = "no answer within 1 s";
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");

    static Stream<Arguments> stalling() {
        return Stream.of(
                plain("says nothing", RawServer::waitForEnd),
                plain("drips a handshake", peer -> RawServer.drip(peer, "\u0016\u0003\u0003?\u00ff\u0002")),
                tls("says nothing after the handshake", RawServer::waitForEnd),
                tls("drips the head", peer -> {
                    RawServer.request(peer);
                    RawServer.drip(peer, "HTTP/1.1 200 OK\r\nX-Endless: x");
                }),
                tls("drips 100 Continue", peer -> {
                    RawServer.request(peer);
                    while (true) {
                        LoopbackServer.send(peer, "HTTP/1.1 100 Continue\r\n\r\n");
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                }),
                tls("drips the body", peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                    RawServer.drip(peer, " ");
                }),
                tls("drips a body without length", peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\n\r\n");
                    RawServer.drip(peer, " ");
                }),
                tls("drips an error's body", peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 500 Broken\r\nContent-Length: 1000000\r\n\r\n");
                    RawServer.drip(peer, " ");
                }),
                tls("stalls in the body", peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
                    RawServer.waitForEnd(peer);
                }),
                tls("stalls in a chunk", peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{");
                    RawServer.waitForEnd(peer);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stalling")
    void endsInTime(String name, boolean tls, RawServer.Script script) throws Exception {
        try (RawServer server = start(tls, script)) {
            for (Throwable failure : List.of(
                    catchThrowable(() -> receiver(server, SHORT).registerExisting(USER, request())),
                    catchThrowable(() -> receiver(server, SHORT).registrationStatus(UUID.randomUUID())))) {
                assertThat(failure)
                        .isInstanceOf(UnreachableException.class)
                        .hasMessage("cannot reach localhost:" + server.port() + ": " + IN_TIME);
                Secrets.assertAbsent(failure, "zebra-Crossing");
            }
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    static Stream<Arguments> ending() {
        String ended = "the connection ended without an answer";
        return Stream.of(
                tls("ends after the request", RawServer::request, ended),
                tls(
                        "half-closes after the request",
                        peer -> {
                            RawServer.request(peer);
                            halfClose(peer);
                            RawServer.waitForEnd(peer);
                        },
                        ended),
                tls(
                        "half-closes in the status line",
                        peer -> {
                            RawServer.request(peer);
                            LoopbackServer.send(peer, "HTT");
                            halfClose(peer);
                            RawServer.waitForEnd(peer);
                        },
                        ended),
                tls(
                        "half-closes in the body",
                        peer -> {
                            RawServer.request(peer);
                            LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":");
                            halfClose(peer);
                            RawServer.waitForEnd(peer);
                        },
                        "the connection ended in the middle of the answer"),
                tls(
                        "half-closes in a refusal",
                        peer -> {
                            RawServer.request(peer);
                            LoopbackServer.send(peer, "HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n{\"detail\":");
                            halfClose(peer);
                            RawServer.waitForEnd(peer);
                        },
                        "the connection ended in the middle of the answer"),
                tls(
                        "half-closes in a chunk",
                        peer -> {
                            RawServer.request(peer);
                            LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{");
                            halfClose(peer);
                            RawServer.waitForEnd(peer);
                        },
                        "the connection ended in the middle of the answer"),
                tls(
                        "no HTTP",
                        peer -> {
                            RawServer.request(peer);
                            LoopbackServer.send(peer, "SSH-2.0-OpenSSH_9.9\r\n");
                        },
                        "the answer is not HTTP"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ending")
    void saysThatItEnded(String name, boolean tls, RawServer.Script script, String reason) throws Exception {
        try (RawServer server = start(tls, script)) {
            Throwable failure =
                    catchThrowable(() -> receiver(server, Timeouts.PATIENT).registerExisting(USER, request()));
            assertThat(failure)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach localhost:" + server.port() + ": " + reason);
            Secrets.assertAbsent(failure, "zebra-Crossing");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ending")
    void asksOnce(String name, boolean tls, RawServer.Script script, String reason) throws Exception {
        try (RawServer server = start(tls, script)) {
            assertThat(catchThrowable(() -> receiver(server, Timeouts.PATIENT).registrationStatus(UUID.randomUUID())))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach localhost:" + server.port() + ": " + reason);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    static Stream<Arguments> notTls() {
        return Stream.of(
                plain("HTTP", peer -> {
                    LoopbackServer.send(peer, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                    RawServer.waitForEnd(peer);
                }),
                plain("a greeting", peer -> {
                    LoopbackServer.send(peer, "220 mail.example.com ESMTP\r\n");
                    RawServer.waitForEnd(peer);
                }),
                plain("garbage in a TLS record", peer -> {
                    peer.getInputStream().read();
                    LoopbackServer.send(peer, "\u0016\u0003\u0003\u0000\u0008\u00ff\u0000\u0000\u0004abcd");
                    RawServer.waitForEnd(peer);
                }),
                plain("the end", peer -> peer.getInputStream().read()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notTls")
    void tellsAServerWithoutTls(String name, boolean tls, RawServer.Script script) throws Exception {
        try (RawServer server = start(tls, script)) {
            assertThat(catchThrowable(() -> receiver(server, Timeouts.PATIENT).registerExisting(USER, request())))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageStartingWith("cannot reach localhost:" + server.port() + ": TLS failed: ")
                    .message()
                    .doesNotContain("\n");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        ReceiverAddress nobody = new ReceiverAddress(new SiteId("localhost", "prod"), 1);
        assertThat(catchThrowable(() -> receiver(nobody, Timeouts.PATIENT).registrationStatus(UUID.randomUUID())))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:1: connection refused; is the site running, and is this its agent"
                        + " receiver's port?");
    }

    @Test
    void tellsThatAHostNameIsUnknown() throws Exception {
        ReceiverAddress nowhere = new ReceiverAddress(new SiteId("no-such-server.invalid", "prod"), 8000);
        assertThat(catchThrowable(() -> receiver(nowhere, Timeouts.PATIENT).registrationStatus(UUID.randomUUID())))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach no-such-server.invalid:8000: the host name is unknown; is it spelt right, and"
                        + " does this host's DNS work?");
    }

    @Test
    void aProxyThatStallsIsLeftInTime() throws Exception {
        for (RawServer.Script script : List.<RawServer.Script>of(
                RawServer::waitForEnd, peer -> RawServer.drip(peer, "HTTP/1.1 200 OK\r\nX: x"), peer -> {
                    RawServer.request(peer);
                    LoopbackServer.send(peer, "HTTP/1.1 200 OK\r\n\r\n");
                    RawServer.waitForEnd(peer);
                })) {
            try (RawServer proxy = RawServer.plain(script)) {
                assertThat(catchThrowable(() -> through(proxy, SHORT).registerExisting(USER, request())))
                        .isInstanceOf(UnreachableException.class)
                        .hasMessage("cannot reach site.invalid:8000 through the proxy 127.0.0.1:" + proxy.port() + ": "
                                + IN_TIME);
                assertThat(proxy.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void aProxyDoesNotSteerTheTerminal() throws Exception {
        try (RawServer proxy = RawServer.plain(peer -> {
            RawServer.request(peer);
            LoopbackServer.send(peer, "HTTP/1.1 502 \u001b[2J\u009b31m Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        })) {
            assertThat(catchThrowable(() -> through(proxy, Timeouts.PATIENT).registerExisting(USER, request())))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach site.invalid:8000 through the proxy 127.0.0.1:" + proxy.port()
                            + ": Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 502  [2J 31m Bad Gateway\"");
        }
    }

    @Test
    void socketsThatAreMadeTooLateAreClosedAtOnce() throws Exception {
        TlsClient client = TlsClient.ofPublicAuthorities();
        TrackedSockets sockets = new TrackedSockets(client.context().getSocketFactory(), client.policy());
        sockets.close();
        assertThat(sockets.createSocket().isClosed()).isTrue();
    }

    private static void halfClose(Socket peer) throws IOException {
        if (peer instanceof SSLSocket tls) {
            tls.shutdownOutput();
        }
    }

    private static RawServer start(boolean tls, RawServer.Script script) throws IOException {
        return tls ? RawServer.tls(CA.site("prod"), script) : RawServer.plain(script);
    }

    private static HttpAgentReceiver receiver(RawServer server, Timeouts timeouts) {
        return receiver(new ReceiverAddress(new SiteId("localhost", "prod"), server.port()), timeouts);
    }

    private static HttpAgentReceiver receiver(ReceiverAddress address, Timeouts timeouts) {
        return receiver(address, ProxyEnvironment.DIRECT, timeouts);
    }

    private static HttpAgentReceiver through(RawServer proxy, Timeouts timeouts) {
        return receiver(
                new ReceiverAddress(new SiteId("site.invalid", "prod"), 8000),
                new ProxyEnvironment(Map.of("https_proxy", "http://127.0.0.1:" + proxy.port())),
                timeouts);
    }

    private static HttpAgentReceiver receiver(ReceiverAddress address, ProxyEnvironment proxies, Timeouts timeouts) {
        return new HttpAgentReceiver(
                address, SiteTrust.pinnedTo(List.of(CA.certificate()), CLOCK), Optional.empty(), proxies, timeouts);
    }

    private static HostRequest request() {
        return new HostRequest(UUID.randomUUID(), "a request", "web1");
    }

    private static Arguments plain(String name, RawServer.Script script) {
        return Arguments.of(name, false, script);
    }

    private static Arguments tls(String name, RawServer.Script script) {
        return Arguments.of(name, true, script);
    }

    private static Arguments tls(String name, RawServer.Script script, String reason) {
        return Arguments.of(name, true, script, reason);
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.site.Fetcher;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do not get through the handshake, or do not want to: they cost one place for a bounded time, and no agent run. */
@OnEveryTlsStack
class HandshakeTest {
    @Parameter
    private TlsStack tls;

    /** Short, since these tests wait for it to pass. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final byte ALERT = 21;
    private static final byte PROTOCOL_VERSION = 70;
    private static final byte UNRECOGNIZED_NAME = 112;

    private final ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
    private SimulatedSite site;
    private Connection connection;
    private Fetcher fetcher;
    private PullHost host;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
        connection = site.enroll("web1", ConnectionMode.PULL);
        fetcher = site.fetcher(connection.uuid());
        host = new PullHost(tls, agent).serving(connection);
    }

    @AfterEach
    void stop() {
        host.close();
        site.close();
    }

    @Test
    void waitsOnlySoLongForASilentPeer() throws Exception {
        hurry();
        try (Socket peer = connect()) {
            assertEnds(peer);
        }
        assertRefused("no handshake within 2 s");
    }

    @Test
    void waitsOnlySoLongForTheRestOfAClientHello() throws Exception {
        hurry();
        byte[] hello = clientHello();
        try (Socket peer = connect()) {
            peer.getOutputStream().write(hello, 0, hello.length / 2);
            assertEnds(peer);
        }
        assertRefused("no handshake within 2 s");
    }

    @Test
    void waitsOnlySoLongForTheSecondFlight() throws Exception {
        hurry();
        try (Socket peer = connect()) {
            peer.getOutputStream().write(clientHello());
            // The server's flight comes, and then the end.
            assertThat(peer.getInputStream().readAllBytes()).isNotEmpty();
        }
        assertRefused("no handshake within 2 s");
    }

    @Test
    void aDripFedClientHelloDoesNotExtendTheDeadline() throws Exception {
        hurry();
        byte[] hello = clientHello();
        try (Socket peer = connect()) {
            CompletableFuture<Integer> dripping = CompletableFuture.supplyAsync(() -> drip(peer, hello));
            assertEnds(peer);
            assertThat(dripping.get()).isLessThan(hello.length);
        }
        assertRefused("no handshake within 2 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: web1:6556\r\n\r\n", "<<<check_mk>>>\n", "\0\0\0\0\0\0\0\0"})
    void refusesWhatIsNotTls(String greeting) throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
            drain(peer);
        }
        assertRefused("it sent no server name, or no TLS at all");
    }

    @Test
    void refusesNoise() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[6 + random.nextInt(3000)];
            random.nextBytes(noise);
            if (i % 2 == 0) {
                // A handshake record of the length that the noise has.
                ByteBuffer.wrap(noise).put(new byte[] {22, 3, 1}).putShort((short) (noise.length - 5));
            }
            try (Socket peer = connect()) {
                peer.getOutputStream().write(noise);
                drain(peer);
            }
        }
        assertStillServing();
    }

    @Test
    void survivesPeersThatGoAwayAnywhereInTheHandshake() throws Exception {
        byte[] hello = clientHello();
        for (int sent = 0; sent <= hello.length; sent += 1 + hello.length / 20) {
            try (Socket peer = connect()) {
                peer.getOutputStream().write(hello, 0, sent);
            }
        }
        assertStillServing();
    }

    @ParameterizedTest
    @ValueSource(bytes = {1, 2})
    void refusesOldVersionsOfTls(byte minor) throws Exception {
        byte[] hello = clientHello();
        // Downgrades the offer: the handshake message's version and the only entry of supported_versions.
        assertThat(new byte[] {hello[9], hello[10]}).containsExactly(3, 3);
        hello[10] = minor;
        hello[indexOf(hello, new byte[] {0, 43, 0, 3, 2, 3, 3}) + 6] = minor;
        try (Socket peer = connect()) {
            peer.getOutputStream().write(hello);

            byte[] answer = peer.getInputStream().readAllBytes();
            assertThat(answer).hasSize(7).startsWith(ALERT).endsWith(PROTOCOL_VERSION);
        }
        assertRefused(tls == TlsStack.JDK ? "TLSv1" : ": unsupported protocol");
    }

    /** A certificate, in pieces of a record each, that does not come to an end. */
    @Test
    void endsAHandshakeThatIsLargerThanAny() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(clientHello());
            ByteBuffer record = ByteBuffer.allocate(5 + 16_384)
                    .put(new byte[] {22, 3, 3, 0x40, 0})
                    .put(new byte[] {11, 1, 0x60, 0, 1, 0x5f, (byte) 0xfd});
            try {
                for (int i = 0; i < 1000; i++) {
                    peer.getOutputStream().write(record.array());
                    record.put(5, new byte[7]);
                }
                throw new AssertionError("16 MB were taken in a handshake");
            } catch (SocketException e) {
                // As it has to end.
                assertThat(e).isNotNull();
            }
        }
        Eventually.becomes("it is refused", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines()).hasSize(1);
        assertThat(host.log().lines().get(0))
                .containsPattern(
                        "it sent more than 64 KiB in the handshake|size of the handshake message|excessive message size");
        assertThat(agent.runs()).isZero();
    }

    @Test
    void answersAnUnknownNameWithItsAlert() throws Exception {
        SSLEngine engine = fetcher.askingFor("localhost").engine();
        try (Socket peer = connect()) {
            peer.getOutputStream().write(firstFlight(engine));

            byte[] answer = peer.getInputStream().readAllBytes();
            assertThat(answer).hasSize(7).startsWith(ALERT).endsWith(UNRECOGNIZED_NAME);
        }
        assertRefused("no connection has the UUID 'localhost'");
    }

    /** Shortens the deadline. */
    private void hurry() throws IOException {
        host.close();
        host = new PullHost(tls, agent, PullHost.waiting(DEADLINE)).serving(connection);
    }

    private Socket connect() throws IOException {
        Socket peer = host.connect();
        assertThat(peer.getInputStream().readNBytes(2)).containsExactly('1', '6');
        return peer;
    }

    private void assertRefused(String reason) throws Exception {
        Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("INFO refused " + host.puller().getHostAddress() + ": ")
                        .contains(reason));
        assertStillServing();
    }

    private void assertStillServing() throws Exception {
        assertThat(agent.runs()).isZero();
        // With the short deadline a handshake on a busy machine may itself take too long.
        Eventually.becomes("the site is served", () -> {
            try {
                return fetcher.pull(host.address()).isComplete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void assertEnds(Socket peer) throws IOException {
        assertThat(peer.getInputStream().readAllBytes()).isEmpty();
    }

    /** Reads to the end of the connection, whichever way it ends. */
    private static void drain(Socket peer) throws IOException {
        try {
            peer.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessage("Connection reset");
        }
    }

    private static int drip(Socket peer, byte... bytes) {
        int sent = 0;
        try {
            for (; sent < bytes.length; sent++) {
                peer.getOutputStream().write(bytes[sent]);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (IOException e) {
            return sent;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sent;
    }

    private byte[] clientHello() throws IOException {
        return firstFlight(fetcher.speaking("TLSv1.2").engine());
    }

    private static byte[] firstFlight(SSLEngine engine) throws IOException {
        ByteBuffer flight = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), flight);
        return Arrays.copyOf(flight.array(), flight.position());
    }

    private static int indexOf(byte[] bytes, byte... part) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
        assertThat(at).isPositive();
        return at;
    }
}

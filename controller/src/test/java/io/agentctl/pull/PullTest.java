package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static io.agentctl.agent.ScriptedAgent.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a site's fetcher gets when all is well. */
@OnEveryTlsStack
class PullTest {
    @Parameter
    private TlsStack tls;

    private static final String OUTPUT = "<<<check_mk>>>\nVersion: 1.0\n<<<df>>>\n/dev/sda1 ü\n";
    private static final String OUTPUT_BYTES =
            new String(OUTPUT.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    private static SimulatedSite site;

    @BeforeAll
    static void startSite() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
    }

    @AfterAll
    static void stopSite() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, EC", "TLSv1.3, EC", "TLSv1.2, RSA", "TLSv1.3, RSA"})
    void servesTheAgentsOutput(String protocol, String keyType) throws Exception {
        Connection connection = site.enroll(
                "web1",
                ConnectionMode.PULL,
                UUID.randomUUID(),
                keyType.equals("EC") ? TestKeys.ec() : TestKeys.rsa(2048));
        ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT));
        try (PullHost host = new PullHost(tls, agent).serving(connection)) {
            Pull pull = host.here(site.fetcher(connection.uuid()).speaking(protocol))
                    .pull(host.address());

            assertThat(pull.announcement()).isEqualTo("16");
            assertThat(pull.header()).isEqualTo("\0\0\1");
            assertThat(pull.payload()).isEqualTo(OUTPUT_BYTES);
            assertThat(pull.end()).isEqualTo(Pull.End.CLOSE_NOTIFY);
            assertThat(pull.isComplete()).isTrue();
            Pull.Tls tls = pull.tls().orElseThrow();
            assertThat(tls.protocol()).isEqualTo(protocol);
            assertThat(tls.cipherSuite()).containsAnyOf("_GCM_", "CHACHA20");
            assertThat(tls.agent()).isEqualTo(connection.identity().certificate());
            assertThat(tls.site()).contains(site.certificate().certificate());
            assertThat(agent.requesters())
                    .singleElement()
                    .satisfies(requester -> assertThat(requester.address()).contains(host.puller()));
        }
    }

    @Test
    void servesUncompressed() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host =
                new PullHost(tls, ScriptedAgent.that(says(OUTPUT)), PullHost.compressing(0)).serving(connection)) {
            Pull pull = site.fetcher(connection.uuid()).pull(host.address());

            // Stored blocks in a zlib stream, whose end tells a whole output from half of one.
            assertThat(pull.header()).isEqualTo("\0\0\1");
            assertThat(pull.wirePayload()).hasSizeGreaterThan(OUTPUT_BYTES.length());
            assertThat(pull.payload()).isEqualTo(OUTPUT_BYTES);
            assertThat(pull.isComplete()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void servesManyMegabytesUnchanged(int compression) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        ScriptedAgent.Step[] pieces = new ScriptedAgent.Step[20];
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < pieces.length; i++) {
            // Half of it noise, which does not become smaller; sizes that fit no buffer.
            String piece = noise(i, 100_003) + "0123456789".repeat(10_000);
            expected.append(piece);
            pieces[i] = says(piece);
        }
        try (PullHost host =
                new PullHost(tls, ScriptedAgent.that(pieces), PullHost.compressing(compression)).serving(connection)) {
            Pull pull = site.fetcher(connection.uuid()).pull(host.address());

            assertThat(pull.isComplete()).isTrue();
            assertThat(pull.payload().equals(expected.toString())).isTrue();
        }
    }

    @Test
    void servesAnImportedConnection() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        Connection imported = new Connection(
                Connection.Kind.PULL_IMPORTED,
                Optional.empty(),
                connection.uuid(),
                connection.privateKey(),
                connection.certificate(),
                connection.rootCert(),
                Map.of());
        try (PullHost host = new PullHost(tls, ScriptedAgent.that(says(OUTPUT))).serving(imported)) {
            assertThat(site.fetcher(connection.uuid()).pull(host.address()).isComplete())
                    .isTrue();
        }
    }

    @Test
    void sendsTheFirstBytesBeforeTheAgentHasEnded() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"), waitsFor(seen), says("<<<df>>>\n"));
        try (PullHost host = new PullHost(tls, agent).serving(connection);
                Fetching fetching = site.fetcher(connection.uuid()).open(host.address())) {
            String first = fetching.awaitPayload("<<<check_mk>>>\n".length());
            assertThat(first).isEqualTo("<<<check_mk>>>\n");
            seen.complete(null);

            Pull pull = fetching.finish();
            assertThat(pull.payload()).isEqualTo("<<<check_mk>>>\n<<<df>>>\n");
            assertThat(pull.isComplete()).isTrue();
        }
    }

    @Test
    void runsTheAgentAnewForEveryPull() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT));
        Fetcher fetcher = site.fetcher(connection.uuid());
        try (PullHost host = new PullHost(tls, agent).serving(connection)) {
            for (int i = 1; i <= 10; i++) {
                assertThat(fetcher.pull(host.address()).isComplete()).isTrue();
                assertThat(agent.runs()).isEqualTo(i);
            }
            Eventually.becomes("all runs are closed", () -> agent.closedRuns() == 10);
        }
    }

    @Test
    void logsAPull() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = new PullHost(tls, ScriptedAgent.that(says(OUTPUT))).serving(connection)) {
            host.here(site.fetcher(connection.uuid())).pull(host.address());

            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .matches("INFO pull of localhost/prod by "
                                    + host.puller().getHostAddress() + ": " + OUTPUT_BYTES.length()
                                    + " bytes, [0-9]+ sent, [0-9]+ ms"));
        }
    }

    @Test
    void readsARealUnixSocket() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        // Not JUnit's: a socket's path must be short.
        Path dir = Files.createTempDirectory("agent");
        Path socket = dir.resolve("agent.socket");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> answerOnce(agent));
            try (PullHost host = new PullHost(tls, AgentSource.parse("unix:" + socket, Duration.ofSeconds(60)))
                    .serving(connection)) {
                Pull pull = host.here(site.fetcher(connection.uuid())).pull(host.address());

                assertThat(pull.payload()).isEqualTo(OUTPUT_BYTES);
                assertThat(pull.isComplete()).isTrue();
                assertThat(asked.get()).isEqualTo(host.puller().getHostAddress() + "\n");
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(dir);
        }
    }

    private static String answerOnce(ServerSocketChannel agent) {
        try (SocketChannel client = agent.accept()) {
            ByteBuffer line = ByteBuffer.allocate(64);
            while (line.position() == 0 || line.get(line.position() - 1) != '\n') {
                if (client.read(line) < 0) {
                    throw new IOException("no line end from the controller");
                }
            }
            client.write(StandardCharsets.UTF_8.encode(OUTPUT));
            return new String(line.array(), 0, line.position(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String noise(int seed, int length) {
        return new Random(seed)
                .ints(length, ' ', '~')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.site.Pull;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers at the port: each costs one line of log at {@code -v}, and the next pull is served. */
@TestInstance(Lifecycle.PER_CLASS)
class DaemonStrangersTest {
    private static final String ANNOUNCEMENT = "16";

    @TempDir
    private static Path folder;

    private MonitoredHost host;
    private Connection connection;
    private RunningController daemon;
    private int port;
    private long linesBefore;

    @BeforeAll
    void start() throws Exception {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
        daemon = host.controller().start("-v", "pull", "--port", "0");
        port = daemon.awaitPort();
    }

    @AfterAll
    void stop() throws IOException {
        daemon.close();
        host.close();
    }

    @BeforeEach
    void count() {
        linesBefore = daemon.stderr().lines().count();
    }

    @AfterEach
    void hasLoggedOnceAndServes() throws Exception {
        Eventually.becomes("a line is logged", () -> daemon.stderr().lines().count() > linesBefore);
        Pull pull = host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
        assertThat(pull.payload()).isEqualTo(MonitoredHost.OUTPUT);
        Eventually.becomes("the pull is logged", () -> daemon.stderr().lines().count() >= linesBefore + 2);
        assertThat(daemon.stderr().lines().skip(linesBefore))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(400))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains(" INFO pull: refused 127.0.0.1: "),
                        line -> assertThat(line).contains(" INFO pull: pull of localhost/prod by 127.0.0.1: "));
    }

    @Test
    void speaksNoHttp() throws Exception {
        assertThat(says("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .startsWith(ANNOUNCEMENT)
                .doesNotContain("check_mk");
    }

    @Test
    void bearsGarbage() throws Exception {
        byte[] garbage = new byte[100_000];
        new Random(4711).nextBytes(garbage);
        garbage[0] = (byte) 0xff;

        assertThat(says(garbage)).startsWith(ANNOUNCEMENT).doesNotContain("check_mk");
    }

    /** The record says that it goes on for 16 KiB. */
    @Test
    void bearsARecordThatDoesNotEnd() throws Exception {
        assertThat(says(new byte[] {0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc, 3, 3}))
                .startsWith(ANNOUNCEMENT);
    }

    @Test
    void bearsHalfAClientHello() throws Exception {
        byte[] hello = clientHello(3);

        assertThat(says(Arrays.copyOf(hello, hello.length / 2))).startsWith(ANNOUNCEMENT);
    }

    /** Versions by their numbers on the wire: TLS 1.1 is 3.2, TLS 1.0 is 3.1, SSL 3 is 3.0. */
    @ParameterizedTest
    @ValueSource(ints = {2, 1, 0})
    void refusesOldTls(int minor) throws Exception {
        String answer = says(clientHello(minor));

        // A fatal alert: protocol_version (RFC 5246, section 7.2.2).
        assertThat(answer).startsWith(ANNOUNCEMENT).endsWith("\u0000\u0002\u0002F");
    }

    @Test
    void refusesAFetcherWithoutACertificate() throws Exception {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .anonymous()
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEmpty();
    }

    @Test
    void refusesToServeAHostThatItIsNot() throws Exception {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .askingFor("8c3a5b7e-0000-4000-8000-000000000000")
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEmpty();
    }

    private String says(byte... bytes) throws IOException {
        try (Puller puller = Puller.connect(port)) {
            String announcement = puller.next(2);
            return announcement + puller.says(bytes).endsItsHalf().rest();
        }
    }

    /** A ClientHello (RFC 5246, section 7.4.1.2) with SNI and one cipher suite that every version knows. */
    private byte[] clientHello(int minor) throws IOException {
        byte[] name = connection.uuid().toString().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream hello = new DataOutputStream(bytes);
        hello.writeByte(3);
        hello.writeByte(minor);
        hello.write(new byte[32]);
        hello.writeByte(0);
        hello.writeShort(4);
        hello.writeInt(0xc009_002f); // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_128_CBC_SHA
        hello.writeShort(0x0100);
        hello.writeShort(name.length + 9);
        hello.writeShort(0);
        hello.writeShort(name.length + 5);
        hello.writeShort(name.length + 3);
        hello.writeByte(0);
        hello.writeShort(name.length);
        hello.write(name);
        byte[] body = bytes.toByteArray();
        return ByteBuffer.allocate(body.length + 9)
                .put(new byte[] {0x16, 3, 1})
                .putShort((short) (body.length + 4))
                .putInt(0x0100_0000 | body.length)
                .put(body)
                .array();
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsTrust;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Output that is far larger than the heap, which the launcher limits to 64 MB: it passes through without being held. */
class DaemonBigOutputTest {
    /** A zlib stream follows, even of stored blocks. */
    private static final String HEADER = "\u0000\u0000\u0001";

    private static final long GIBIBYTE = 1L << 30;
    private static final String LINE = "<<<check_mk>>> all of this has to arrive, to the last of its bytes";

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;

    private record Received(String header, long count, long checksum) {}

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** On a busy machine a gibibyte takes its time. */
    @Test
    @Timeout(300)
    void passesAGibibyteThroughASmallHeap() throws Exception {
        host.controller().configured(Controller.THIS_HOST_ALONE);

        passes(GIBIBYTE);
    }

    /** What is not compressed fills the puller's side as fast as the agent's. */
    @Test
    void passesOutputOnUncompressed() throws Exception {
        host.controller().configured("compression = 0", Controller.THIS_HOST_ALONE);

        passes(GIBIBYTE / 4);
    }

    private void passes(long size) throws Exception {
        // The first run writes much, the next ones a line.
        String agent = "exec:if mkdir '" + folder.resolve("once") + "'; then yes '" + LINE + "' | head -c " + size
                + "; else echo '" + LINE + "'; fi 2>/dev/null";
        try (RunningController daemon = host.controller().start("-v", "pull", "--port", "0", "--agent", agent)) {
            int port = daemon.awaitPort();

            Received first = pull(port);
            Received second = pull(port);

            assertThat(first).isEqualTo(new Received(HEADER, size, checksum(size)));
            assertThat(second).isEqualTo(new Received(HEADER, LINE.length() + 1, checksum(LINE.length() + 1)));
            assertThat(daemon.countOnStderr(" WARN ")).isZero();
            daemon.terminate().awaitEnd().exits(0);
        }
    }

    private Received pull(int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(90_000);
            assertThat(socket.getInputStream().readNBytes(2)).asString().isEqualTo("16");
            try (SSLSocket tls = (SSLSocket) tls().getSocketFactory()
                    .createSocket(socket, connection.uuid().toString(), port, true)) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setServerNames(
                        List.of(new SNIHostName(connection.uuid().toString())));
                tls.setSSLParameters(parameters);
                InputStream in = tls.getInputStream();
                String header = new String(in.readNBytes(3), StandardCharsets.ISO_8859_1);
                CRC32 checksum = new CRC32();
                long count = 0;
                byte[] piece = new byte[64 * 1024];
                InputStream payload = header.endsWith("\u0001") ? new InflaterInputStream(in) : in;
                for (int read = payload.read(piece); read >= 0; read = payload.read(piece)) {
                    checksum.update(piece, 0, read);
                    count += read;
                }
                assertThat(in.read()).isEqualTo(-1);
                return new Received(header, count, checksum.getValue());
            }
        }
    }

    private SSLContext tls() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(
                new KeyManager[] {new TlsIdentity(host.site().certificate().identity())},
                new TrustManager[] {new TlsTrust((chain, peer) -> {})},
                null);
        return tls;
    }

    private static long checksum(long size) {
        byte[] lines = (LINE + "\n").repeat(1000).getBytes(StandardCharsets.UTF_8);
        CRC32 checksum = new CRC32();
        for (long left = size; left > 0; left -= lines.length) {
            checksum.update(lines, 0, (int) Math.min(left, lines.length));
        }
        return checksum.getValue();
    }
}

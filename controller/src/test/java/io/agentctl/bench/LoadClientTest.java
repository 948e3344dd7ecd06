package io.agentctl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.bench.LoadClient.Load;
import io.agentctl.bench.LoadClient.Papers;
import io.agentctl.bench.Server.Recipe;
import io.agentctl.bench.Server.Wire;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load client counts what is right and refuses what is not: a server that cheats or breaks must not look fast. */
class LoadClientTest {
    private static final byte[] TEXT = AgentText.of(50_000);
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    private Path folder;

    private final UUID host = UUID.randomUUID();
    private final TestCa ca = TestCa.ofAgents("bench", Clock.systemUTC());
    private final Processes processes = new Processes();
    private CpuClock cpu;
    private LoadClient client;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(isInstalled("python3"), "python3 is not installed");
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "there is no /proc as Linux has it");
        Issued site = ca.site("bench");
        Path papers = Files.writeString(folder.resolve("site.pem"), site.chainPem() + site.privateKeyPem());
        cpu = new CpuClock();
        client = new LoadClient(
                new Papers(
                        Files.writeString(folder.resolve("ca.pem"), ca.pem()),
                        papers,
                        papers,
                        Files.write(folder.resolve("text"), TEXT)),
                folder,
                cpu);
    }

    @AfterEach
    void stop() {
        processes.close();
        if (client != null) {
            client.close();
            cpu.close();
        }
    }

    @Test
    void countsPullsOfARawServer() throws Exception {
        try (Serving serving = new Serving(NOTHING, TEXT)) {
            Batch batch = client.pull(new Load(server(serving, Wire.RAW), List.of(host), 3, 10));

            assertThat(batch.pulls()).isEqualTo(10);
            assertThat(batch.firstBytesInMillis()).hasSize(10);
            assertThat(batch.bytes()).isEqualTo(TEXT.length);
            assertThat(batch.clientSeconds()).isPositive();
        }
    }

    @Test
    void countsPullsOfAController() throws Exception {
        byte[] payload = framed();
        try (Serving serving = new Serving("16".getBytes(StandardCharsets.US_ASCII), payload)) {
            Batch batch = client.pull(new Load(server(serving, Wire.FRAMED), List.of(host), 1, 2));

            assertThat(batch.pulls()).isEqualTo(2);
            assertThat(batch.bytes()).isEqualTo(payload.length);
        }
    }

    @Test
    void streamsAreCounted() throws Exception {
        try (Serving serving = new Serving("16".getBytes(StandardCharsets.US_ASCII), framed())) {
            Server server = server(serving, Wire.FRAMED);

            assertThat(client.stream(server, host, TEXT.length).pulls()).isEqualTo(1);
            assertThatThrownBy(() -> client.stream(server, host, TEXT.length + 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ValueError: the pull brought 50000 of 50001 bytes");
        }
    }

    @Test
    void refusesAnotherText() throws Exception {
        byte[] shorter = Arrays.copyOf(TEXT, TEXT.length - 1);
        try (Serving serving = new Serving(NOTHING, shorter)) {
            Load load = new Load(server(serving, Wire.RAW), List.of(host), 1, 1);

            assertThatThrownBy(() -> client.pull(load))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "a pull from double failed: ValueError: the pull brought 49999 bytes that are not the agent's 50000");
        }
    }

    @Test
    void refusesAZlibStreamThatIsCutOff() throws Exception {
        byte[] payload = framed();
        byte[] cut = Arrays.copyOf(payload, payload.length - 1);
        try (Serving serving = new Serving("16".getBytes(StandardCharsets.US_ASCII), cut)) {
            Load load = new Load(server(serving, Wire.FRAMED), List.of(host), 1, 1);

            assertThatThrownBy(() -> client.pull(load))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ValueError: the zlib stream does not end where the payload ends");
        }
    }

    @Test
    void noticesThatAStrangerIsServed() throws Exception {
        try (Serving serving = new Serving(NOTHING, TEXT)) {
            assertThat(client.isStrangerRefused(server(serving, Wire.RAW), host))
                    .isFalse();
        }
    }

    private static boolean isInstalled(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(60, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] framed() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(new byte[] {0, 0, 1});
        try (OutputStream zlib = new DeflaterOutputStream(payload)) {
            zlib.write(TEXT);
        }
        return payload.toByteArray();
    }

    /** A process in whose place the double serves. */
    private Server server(Serving serving, Wire wire) throws Exception {
        return Server.start(
                new Recipe("double", wire, serving.port(), folder, List.of("sleep", "300"), System.getenv()),
                processes);
    }

    /** Serves the same bytes to everyone: some in the clear, the rest inside TLS. */
    private final class Serving implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final SSLContext tls = SSLContext.getInstance("TLS");
        private final byte[] clear;
        private final byte[] secret;

        Serving(byte[] clear, byte[] secret) throws Exception {
            this.clear = clear;
            this.secret = secret;
            tls.init(new KeyManager[] {new TlsIdentity(ca.agent(host).identity())}, null, null);
            Thread thread = new Thread(this::accept, "serving");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    serve(listener.accept());
                }
            } catch (IOException e) {
                // Closed.
                return;
            }
        }

        private void serve(Socket socket) throws IOException {
            try (socket) {
                socket.getOutputStream().write(clear);
                SSLSocket session = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, false);
                session.setUseClientMode(false);
                session.getOutputStream().write(secret);
                session.close();
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}

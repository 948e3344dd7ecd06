package io.agentctl.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.Eventually;
import io.agentctl.activity.Activity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages by HTTP, for those who ask well, those who ask badly, and those who never finish. */
class PageServerTest {
    @TempDir
    private Path folder;

    private Path socket;
    private Thread thread;

    @BeforeEach
    void start() throws Exception {
        socket = folder.resolve("pages");
        thread = new Thread(new PageServer(
                "a test's pages",
                UnixDomainSocketAddress.of(socket),
                Map.of("/page", new Page("text/plain; charset=utf-8", () -> "Grüße\n"))));
        thread.start();
        Eventually.becomes("it listens", () -> Files.exists(socket));
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
    }

    @Test
    void answers() throws Exception {
        assertThat(ask("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .isEqualTo("""
                        HTTP/1.1 200 OK
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 8
                        Cache-Control: no-store
                        Connection: close

                        """.replace("\n", "\r\n") + "Grüße\n");
        assertThat(ask("HEAD /page HTTP/1.0\n\n"))
                .contains("Content-Length: 8\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /other HTTP/1.1, 404 Not Found",
        "GET /page?x=1 HTTP/1.1, 404 Not Found",
        "POST /page HTTP/1.1, 405 Method Not Allowed",
        "GET /page, 400 Bad Request",
        "GET  /page HTTP/1.1, 400 Bad Request",
        "GET /page HTTP/2, 400 Bad Request",
        "'', 400 Bad Request"
    })
    void refuses(String line, String status) throws Exception {
        assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + "\r\n");
    }

    @Test
    void refusesWhatHasNoEnd() throws Exception {
        String begin = "GET /page HTTP/1.1\r\nX: ";
        // To the last byte that is read: what is left unread may reset the connection before the answer is read.
        assertThat(ask(begin + "x".repeat(PageServer.MAX_HEAD - begin.length())))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    /** As many as it has time for at once, less one. */
    @Test
    void answersWhileOthersAreSilent() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                silent.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            }
            assertThat(ask("GET /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            // And in the end gives them up.
            for (SocketChannel channel : silent) {
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void isForItsOwnerAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryContaining(path -> path.equals(socket)).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void leavesNothingBehind() throws Exception {
        stop();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void replacesASocketThatNobodyAnswersAt() throws Exception {
        stop();
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(new LiveSocket(socket).ask()).isEmpty();
        start();
        Eventually.becomes("it answers", () -> {
            try {
                return ask("GET /page HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200 OK");
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void leavesASocketAloneThatAnotherAnswersAt() throws Exception {
        Thread second = new Thread(new PageServer("other pages", UnixDomainSocketAddress.of(socket), Map.of()));
        second.start();
        Eventually.becomes("it waits", () -> second.getState() == Thread.State.TIMED_WAITING);
        second.interrupt();
        second.join();

        assertThat(ask("GET /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void replacesNothingButASocket() throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "keys");

        assertThatThrownBy(() -> OwnedSocket.at(UnixDomainSocketAddress.of(precious)))
                .isInstanceOf(IOException.class)
                .hasMessage("there is something else at " + precious);
        assertThat(precious).hasContent("keys");
    }

    @Test
    void tellsTheLiveState() throws Exception {
        stop();
        Activity activity = new Activity("1.2.3", 4711, Clock.systemUTC());
        LiveSocket live = new LiveSocket(socket);
        assertThat(live.ask()).isEmpty();
        thread = new Thread(live.server(activity::state, Map.of()));
        thread.start();
        Eventually.becomes("it listens", () -> Files.exists(socket));

        assertThat(live.ask()).contains(activity.state());
    }

    @Test
    void doesNotTakeSomethingElseForAService() {
        assertThatThrownBy(() -> new LiveSocket(socket).ask())
                .isInstanceOf(IOException.class)
                .hasMessage("what answers at " + socket + " is no service of this version");
    }

    private String ask(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

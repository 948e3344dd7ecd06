package io.agentctl.live;

import io.agentctl.activity.LiveState;
import io.agentctl.activity.LiveStateJson;
import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import io.agentctl.net.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The unix socket in the home directory at which the service of that home is asked for its live state.
 *
 * @param path where it stands
 */
public record LiveSocket(Path path) {
    private static final String NAME = "agent-ctl.socket";
    private static final String STATE = "/state";
    private static final String REQUEST = "GET " + STATE + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 ";

    /** Thousands of connections have this much to tell. */
    private static final int MAX_ANSWER = 16 * 1024 * 1024;

    /** A service that runs answers at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Returns the socket of a home.
     *
     * @param home the home directory
     */
    public static LiveSocket of(Path home) {
        return new LiveSocket(home.resolve(NAME));
    }

    /**
     * Makes what answers there.
     *
     * @param state tells the live state
     * @param more further pages by their paths
     * @return a server, not yet running
     */
    public PageServer server(Supplier<LiveState> state, Map<String, Page> more) {
        Map<String, Page> pages = new HashMap<>(more);
        pages.put(
                STATE, new Page("application/json", () -> JsonText.compact(LiveStateJson.fields(state.get())) + "\n"));
        return new PageServer("the live state", UnixDomainSocketAddress.of(path), pages);
    }

    /**
     * Asks.
     *
     * @return the state; empty if no service of this home runs
     * @throws IOException if there is one that does not answer, or not as it should, or who we are may not ask
     */
    public Optional<LiveState> ask() throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Deadline deadline = Deadline.in(PATIENCE, () -> close(channel));
            try (deadline) {
                channel.connect(UnixDomainSocketAddress.of(path));
                channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
                return Optional.of(state(answer(channel)));
            }
        } catch (ConnectException e) {
            // What a process that was killed has left.
            return Optional.empty();
        } catch (ClosedChannelException e) {
            throw new IOException("the service does not answer at " + path, e);
        } catch (SocketException e) {
            throw new IOException("the service cannot be asked at " + path + ": " + e.getMessage(), e);
        }
    }

    private String answer(SocketChannel channel) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = Channels.newInputStream(channel);
        byte[] piece = new byte[16 * 1024];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            bytes.write(piece, 0, count);
            if (bytes.size() > MAX_ANSWER) {
                throw new IOException("what answers at " + path + " does not end");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private LiveState state(String answer) throws IOException {
        int head = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith(OK) || head < 0) {
            throw new IOException("what answers at " + path + " is no service of this version");
        }
        try {
            return LiveStateJson.of(JsonText.object(answer.substring(head)));
        } catch (MalformedJsonException e) {
            throw new IOException("the answer at " + path + " cannot be understood: " + e.getMessage(), e);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** An agent that runs nothing: what it says is made up, of the size and the kind that agents say, and it says it on a unix socket. */
final class PracticeAgent implements AutoCloseable {
    private static final int SIZE = 64 * 1024;

    private final Path path;
    private final ServerSocketChannel socket;
    private final ByteBuffer lines = ByteBuffer.wrap(lines());

    /**
     * Starts to listen.
     *
     * @param path of the socket
     * @throws IOException if there can be no socket
     */
    PracticeAgent(Path path) throws IOException {
        this.path = path;
        this.socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Thread answers = new Thread(this::answer, "practice-agent");
        answers.setDaemon(true);
        answers.start();
    }

    /**
     * Returns how to reach it, which is how most agents are reached.
     *
     * @param patience how long it may be silent
     */
    AgentSource source(Duration patience) {
        return AgentSource.parse("unix:" + path, patience);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void answer() {
        ByteBuffer requester = ByteBuffer.allocate(64);
        try {
            while (true) {
                try (SocketChannel run = socket.accept()) {
                    run.read(requester.clear());
                    run.write(lines.rewind());
                }
            }
        } catch (IOException e) {
            // Practice is over, or a practice pull is about to fail and says so.
        }
    }

    private static byte[] lines() {
        StringBuilder text = new StringBuilder("<<<check_mk>>>\n");
        for (int line = 0; text.length() < SIZE; line++) {
            text.append("(root,")
                    .append(line * 7919L)
                    .append(',')
                    .append(line * 31L % 4096)
                    .append(",00:00:0")
                    .append(line % 10)
                    .append('/')
                    .append(line % 97)
                    .append("-03:12:44,")
                    .append(line)
                    .append(") /usr/sbin/process --number ")
                    .append(line)
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}

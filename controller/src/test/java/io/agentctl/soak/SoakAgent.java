package io.agentctl.soak;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/** An agent whose behaviour depends on who pulls, so that everybody knows what has to come of a pull. */
final class SoakAgent implements AutoCloseable {
    /** What good pullers get. */
    static final String OUTPUT =
            "<<<check_mk>>>\nVersion: 2.4.0\n" + "<<<section>>>\nsome value of some metric\n".repeat(2000);

    /** Who gets a flood. */
    static final String FLOOD = "127.0.1.21";

    /** Whose agent dies, by a reset, in the middle. */
    static final String DIES = "127.0.1.22";

    /** Whose agent writes the beginning, and then nothing. */
    static final String HANGS = "127.0.1.23";

    /** Who gets a flood and reads it drop by drop. */
    static final String SLOW_READER = "127.0.1.24";

    /** Of a flood, in bytes. */
    static final long FLOOD_SIZE = 200L * 1024 * 1024;

    /** Of what cannot be compressed much more than a few socket buffers hold. */
    private static final String NOISE = noise();

    private final ServerSocketChannel server;
    private final LongAdder runs = new LongAdder();

    SoakAgent(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 256);
        Actors.daemon("agent", this::accept).start();
    }

    private static String noise() {
        byte[] bytes = new byte[64 * 1024];
        new Random(7).nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    long runs() {
        return runs.sum();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                runs.increment();
                Actors.daemon("agent run", () -> serve(connection)).start();
            }
        } catch (IOException e) {
            // The end.
            return;
        }
    }

    private static void serve(SocketChannel connection) {
        try (connection) {
            String requester = requester(connection);
            switch (requester) {
                case FLOOD -> flood(connection, OUTPUT);
                case SLOW_READER -> flood(connection, NOISE);
                // Closed with the end of the requester's line unread, which the other side is told of by a reset.
                case DIES -> write(connection, OUTPUT);
                case HANGS -> {
                    write(connection, OUTPUT);
                    // Until the controller has had enough.
                    connection.read(ByteBuffer.allocate(1));
                }
                default -> write(connection, OUTPUT);
            }
        } catch (IOException e) {
            // The controller hung up, as it may.
            return;
        }
    }

    private static void flood(SocketChannel connection, String text) throws IOException {
        for (long sent = 0; sent < FLOOD_SIZE; sent += text.length()) {
            write(connection, text);
        }
    }

    private static String requester(SocketChannel connection) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer next = ByteBuffer.allocate(1);
        while (connection.read(next.clear()) > 0) {
            line.append((char) next.get(0));
            if (line.toString().equals(DIES)) {
                return DIES;
            }
            if (next.get(0) == '\n') {
                return line.toString().strip();
            }
        }
        throw new IOException("no requester");
    }

    private static void write(SocketChannel connection, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

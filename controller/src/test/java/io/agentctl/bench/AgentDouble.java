package io.agentctl.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An agent behind a unix socket that serves whoever connects, remembering nobody. It does not wait for the line with which the controller
 * introduces the puller, since other servers send none.
 */
final class AgentDouble implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path socket;
    private final Output output;
    private final ExecutorService runs = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "agent");
        thread.setDaemon(true);
        return thread;
    });

    /** What an agent writes to one requester. */
    @FunctionalInterface
    interface Output {
        void writeTo(SocketChannel requester) throws IOException, InterruptedException;
    }

    AgentDouble(Path socket, Output output) throws IOException {
        this.socket = socket;
        this.output = output;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), 256);
        runs.execute(this::accept);
    }

    /** The whole text in one write. */
    static Output atOnce(byte[] text) {
        return requester -> write(requester, ByteBuffer.wrap(text));
    }

    /** The text in equal pieces, with a pause before each. */
    static Output inPieces(byte[] text, int pieces, Duration pause) {
        return requester -> {
            int size = (text.length + pieces - 1) / pieces;
            for (int begin = 0; begin < text.length; begin += size) {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                write(requester, ByteBuffer.wrap(text, begin, Math.min(size, text.length - begin)));
            }
        };
    }

    /** The text again and again. */
    static Output repeated(byte[] text, long times) {
        return requester -> {
            for (long i = 0; i < times; i++) {
                write(requester, ByteBuffer.wrap(text));
            }
        };
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        server.close();
        runs.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel requester = server.accept();
                runs.execute(() -> serve(requester));
            }
        } catch (IOException e) {
            // Closed.
            return;
        }
    }

    private void serve(SocketChannel requester) {
        try (requester) {
            output.writeTo(requester);
            requester.shutdownOutput();
            // The kernel resets a socket that is closed before all that was sent to it has been read.
            ByteBuffer anything = ByteBuffer.allocate(64);
            while (requester.read(anything.clear()) >= 0) {
                // The line that introduces the puller.
            }
        } catch (IOException e) {
            // The requester went away, which is its right.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(SocketChannel requester, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            requester.write(bytes);
        }
    }
}

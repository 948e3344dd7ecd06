package io.agentctl.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that listens where an agent would: each connection is answered by a thread of its own, as the test wants it. */
final class ListeningAgent implements AutoCloseable {
    /** How a connection is answered; the channel is closed afterwards. */
    interface Answer {
        void to(SocketChannel channel) throws IOException, InterruptedException;
    }

    /** Through which kind of socket. */
    enum Transport {
        UNIX,
        TCP;

        ListeningAgent agent(Path folder, Answer answer) throws IOException {
            ServerSocketChannel server = this == UNIX
                    ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                            .bind(UnixDomainSocketAddress.of(folder.resolve("agent.socket")))
                    : ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new ListeningAgent(server, answer);
        }
    }

    private final ServerSocketChannel server;
    private final Answer answer;
    private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final Thread accepting;
    private final CountDownLatch end = new CountDownLatch(1);

    private ListeningAgent(ServerSocketChannel server, Answer answer) {
        this.server = server;
        this.answer = answer;
        this.accepting = new Thread(this::accept, "listening-agent");
        accepting.start();
    }

    /** Reads the first line, answers with this text and ends. */
    static Answer saying(String text) {
        return channel -> {
            readLine(channel);
            write(channel, text.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Reads byte by byte up to and including the first newline. */
    static String readLine(SocketChannel channel) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.indexOf("\n") < 0 && channel.read(one.clear()) > 0) {
            line.append((char) one.get(0));
        }
        return line.toString();
    }

    static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    AgentSource source(Duration patience) {
        try {
            return AgentSource.parse(
                    server.getLocalAddress() instanceof InetSocketAddress tcp
                            ? "tcp:127.0.0.1:" + tcp.getPort()
                            : "unix:" + server.getLocalAddress(),
                    patience);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps an answer from going on for as long as the test lasts. */
    void untilTheTestEnds() throws InterruptedException {
        end.await();
    }

    /** Waits for the next connection. */
    void awaitConnection() throws InterruptedException {
        if (accepted.poll(60, TimeUnit.SECONDS) == null) {
            throw new AssertionError("nobody has connected");
        }
    }

    int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                open.add(channel);
                accepted.add(channel);
                new Thread(() -> answer(channel), "listening-agent-answer").start();
            }
        } catch (ClosedChannelException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(SocketChannel channel) {
        try (channel) {
            answer.to(channel);
        } catch (IOException e) {
            // The peer has gone, which several tests are about.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        server.close();
        // The port is open until the last call on it has returned.
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel channel : open) {
            channel.close();
        }
    }
}

package io.agentctl.agent;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An agent's output that comes over a socket. A selector stands between us and every wait, since a blocking channel knows no
 * time-out.
 */
final class SocketOutput implements AgentOutput {
    /** A local agent accepts at once or not at all. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final String description;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration patience;

    private SocketOutput(String description, SocketChannel channel, Selector selector, Duration patience)
            throws IOException {
        this.description = description;
        this.channel = channel;
        this.selector = selector;
        this.patience = patience;
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /**
     * Connects and tells the agent who asks.
     *
     * @param description names the agent in messages
     * @param family of the address
     * @param address where the agent listens
     * @param requester on whose behalf
     * @param patience how long the agent may be silent
     * @return the output, connected
     * @throws AgentException if the agent does not accept the connection
     */
    static AgentOutput open(
            String description, ProtocolFamily family, SocketAddress address, Requester requester, Duration patience)
            throws AgentException {
        SocketChannel channel = null;
        Selector selector = null;
        try {
            channel = family == StandardProtocolFamily.UNIX ? SocketChannel.open(family) : SocketChannel.open();
            selector = Selector.open();
            SocketOutput output = new SocketOutput(description, channel, selector, patience);
            output.connect(address);
            output.send(requester.text() + "\n");
            return output;
        } catch (IOException e) {
            close(channel, selector);
            throw e instanceof AgentException refusal ? refusal : unreachable(description, e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws AgentException {
        ByteBuffer target = ByteBuffer.wrap(buffer, offset, length);
        try {
            int count = channel.read(target);
            while (count == 0) {
                await(SelectionKey.OP_READ, patience, "has been silent for");
                count = channel.read(target);
            }
            return count;
        } catch (ClosedSelectorException | CancelledKeyException | ClosedChannelException e) {
            throw new AgentException("the run of the agent at " + description + " was ended", e);
        } catch (AgentException e) {
            throw e;
        } catch (IOException e) {
            throw new AgentException("the agent at " + description + " broke off: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        close(channel, selector);
    }

    private void connect(SocketAddress address) throws IOException {
        boolean connected = channel.connect(address);
        while (!connected) {
            await(SelectionKey.OP_CONNECT, CONNECT_TIMEOUT, "has not accepted the connection within");
            connected = channel.finishConnect();
        }
    }

    private void send(String line) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(line);
        while (channel.write(bytes) >= 0 && bytes.hasRemaining()) {
            await(SelectionKey.OP_WRITE, CONNECT_TIMEOUT, "has not taken the requester's address within");
        }
    }

    private void await(int operation, Duration timeout, String complaint) throws IOException {
        key.interestOps(operation);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (selector.select(Math.max(1, (deadline - System.nanoTime()) / 1_000_000)) == 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AgentException("interrupted while waiting for the agent at " + description);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new AgentException(
                        "the agent at " + description + " " + complaint + " " + timeout.toSeconds() + " s");
            }
        }
        selector.selectedKeys().clear();
    }

    private static AgentException unreachable(String description, IOException e) {
        return new AgentException(
                "the agent at " + description + " cannot be reached: " + e.getMessage()
                        + "; is it installed and started, and may user '" + System.getProperty("user.name")
                        + "' connect to it?",
                e);
    }

    private static void close(SocketChannel channel, Selector selector) {
        try (selector;
                channel) {
            // Both in any case, and whichever exist.
        } catch (IOException e) {
            // Nothing is ever buffered for the agent that closing could lose.
        }
    }
}

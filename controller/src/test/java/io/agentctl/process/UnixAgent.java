package io.agentctl.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An agent behind a real unix socket, which can be told at any time to behave in another way. */
public final class UnixAgent implements AutoCloseable {
    private final ServerSocketChannel server;
    private final List<String> requesters = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour;

    /** What an agent does with a connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Behaviour {
        /** Writes a text and ends. */
        static Behaviour says(String text) {
            return connection -> write(connection, text);
        }

        /** Writes a text, then goes away so that the requester is told by a reset: with a part of its line unread. */
        static Behaviour breaksOffAfter(String text) {
            return new Behaviour() {
                @Override
                public boolean readsRequester() {
                    return false;
                }

                @Override
                public void serve(SocketChannel connection) throws IOException {
                    connection.read(ByteBuffer.allocate(1));
                    write(connection, text);
                }
            };
        }

        /** Writes a text, then nothing more until the requester goes away. */
        static Behaviour stallsAfter(String text) {
            return connection -> {
                write(connection, text);
                awaitHangUp(connection);
            };
        }

        /** Whether the requester's line shall be read first. */
        default boolean readsRequester() {
            return true;
        }

        /** Serves a requester. */
        void serve(SocketChannel connection) throws IOException, InterruptedException;
    }

    private UnixAgent(ServerSocketChannel server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
        start("agent", this::accept);
    }

    /**
     * Starts an agent where a controller looks for it.
     *
     * @param home the controller's home directory
     * @param behaviour what it does
     */
    public static UnixAgent of(Path home, Behaviour behaviour) throws IOException {
        Path socket = home.resolve("run").resolve("check-mk-agent.socket");
        Files.createDirectories(socket.getParent());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return new UnixAgent(server, behaviour);
    }

    /** Behaves in another way, in connections from now on. */
    public UnixAgent becomes(Behaviour next) {
        behaviour = next;
        return this;
    }

    /** Returns the lines with which requesters said who they are, without the newline. */
    public List<String> requesters() {
        return List.copyOf(requesters);
    }

    /** Writes a text. */
    public static void write(SocketChannel connection, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    /** Waits until the requester has gone away. */
    public static void awaitHangUp(SocketChannel connection) throws IOException {
        ByteBuffer anything = ByteBuffer.allocate(16);
        while (connection.read(anything.clear()) >= 0) {
            // A requester has nothing more to say.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                start("agent run", () -> serve(connection));
            }
        } catch (IOException e) {
            // Closed.
            return;
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            Behaviour now = behaviour;
            if (now.readsRequester()) {
                requesters.add(requester(connection));
            }
            now.serve(connection);
        } catch (IOException e) {
            // The requester went away, which is its right.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String requester(SocketChannel connection) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer next = ByteBuffer.allocate(1);
        while (connection.read(next.clear()) > 0) {
            char character = (char) next.get(0);
            if (character == '\n') {
                return line.toString();
            }
            line.append(character);
        }
        throw new IOException("no newline after '" + line + "'");
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}

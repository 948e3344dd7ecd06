package io.agentctl.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Listens on a free port of the loopback address and has every peer served by a thread of its own. */
public final class LoopbackServer implements AutoCloseable {
    private final String name;
    private final ServerSocket listener;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /**
     * @param name of its threads
     * @param service what is done with a peer; it closes the socket
     */
    public LoopbackServer(String name, Consumer<Socket> service) throws IOException {
        this.name = name;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> accept(service));
    }

    /** Returns the port. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Returns how many connections were made. */
    public int connections() {
        return accepted.size();
    }

    /** Does something beside the service of a peer. */
    public void start(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads the head of an HTTP message, its empty line included. */
    public static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the peer has gone");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Sends a text in Latin-1. */
    public static void send(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        peer.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    private void accept(Consumer<Socket> service) {
        while (!listener.isClosed()) {
            try {
                Socket peer = listener.accept();
                accepted.add(peer);
                start(() -> service.accept(peer));
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }
}

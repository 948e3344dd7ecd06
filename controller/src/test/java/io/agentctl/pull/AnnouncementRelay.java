package io.agentctl.pull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Swallows the announcement, which programs that speak nothing but TLS do not understand, and passes everything else on. */
final class AnnouncementRelay implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress controller;

    AnnouncementRelay(InetSocketAddress controller) throws IOException {
        this.controller = controller;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                start(() -> relay(client));
            }
        } catch (IOException e) {
            // Closed.
            return;
        }
    }

    private void relay(Socket connected) {
        try (Socket client = connected;
                Socket upstream = new Socket(controller.getAddress(), controller.getPort())) {
            if (!Arrays.equals(upstream.getInputStream().readNBytes(2), new byte[] {'1', '6'})) {
                return;
            }
            Thread forth = start(() -> pass(client, upstream));
            pass(upstream, client);
            client.shutdownOutput();
            forth.join();
        } catch (IOException e) {
            // The program sees the connection end, and the test fails there.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone; the other is told by the end of its own stream.
            return;
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

package io.agentctl.receiver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocketFactory;

/**
 * A context's sockets, of which the last one made can be closed from outside: the only way to end an {@code HttpURLConnection} in
 * the middle of a handshake or of an answer's head.
 */
final class TrackedSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final AtomicReference<Socket> last = new AtomicReference<>(new Socket());

    TrackedSockets(SSLSocketFactory sockets) {
        this.sockets = sockets;
    }

    void close() {
        closeSilently(last.get());
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    /** Makes a plain socket, to be layered by the next method: closing that one needs no lock that a handshake holds. */
    @Override
    public Socket createSocket() {
        return tracked(new Socket(Proxy.NO_PROXY));
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        tracked(connected);
        return sockets.createSocket(connected, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return tracked(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return tracked(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return tracked(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return tracked(sockets.createSocket(host, port, localHost, localPort));
    }

    private Socket tracked(Socket socket) {
        last.set(socket);
        return socket;
    }

    private static void closeSilently(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed to make its user fail, who will say so.
        }
    }
}

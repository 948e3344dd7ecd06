package io.agentctl.receiver;

import io.agentctl.pki.TlsPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A context's sockets for one call. They can be closed from outside: the only way to end an {@code HttpURLConnection} in the middle of
 * a handshake or of an answer's head. And there is one connection only: an {@code HttpURLConnection} that was hung up on makes a
 * second one and asks again.
 */
final class TrackedSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final TlsPolicy policy;
    private final AtomicBoolean connected = new AtomicBoolean();
    private Socket last = new Socket();
    private boolean closed;

    TrackedSockets(SSLSocketFactory sockets, TlsPolicy policy) {
        this.sockets = sockets;
        this.policy = policy;
    }

    /** Closes the socket of the call, and any that is still to be made. */
    synchronized void close() {
        closed = true;
        closeSilently(last);
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
    public Socket createSocket() throws SocketException {
        if (connected.getAndSet(true)) {
            throw new SocketException(HttpTransport.NO_ANSWER);
        }
        return tracked(new Socket(Proxy.NO_PROXY));
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        tracked(connected);
        SSLSocket socket = (SSLSocket) sockets.createSocket(connected, host, port, autoClose);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(policy.parameters().getProtocols());
        parameters.setCipherSuites(policy.parameters().getCipherSuites());
        socket.setSSLParameters(parameters);
        return socket;
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

    private synchronized Socket tracked(Socket socket) {
        last = socket;
        if (closed) {
            closeSilently(socket);
        }
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

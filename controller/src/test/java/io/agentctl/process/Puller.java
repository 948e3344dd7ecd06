package io.agentctl.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody who connects to the pull port without speaking TLS. */
public final class Puller implements AutoCloseable {
    private static final int PATIENCE_IN_MILLIS = 90_000;

    private final Socket socket;

    private Puller(Socket socket) {
        this.socket = socket;
    }

    /** Connects to a port of the loopback address. */
    public static Puller connect(int port) throws IOException {
        return connect(InetAddress.getLoopbackAddress(), port);
    }

    /** Connects to a port of an address. */
    public static Puller connect(InetAddress address, int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_IN_MILLIS);
        socket.connect(new InetSocketAddress(address, port), PATIENCE_IN_MILLIS);
        return new Puller(socket);
    }

    /** Returns all that a port says to somebody who is silent. */
    public static String hear(int port) throws IOException {
        try (Puller puller = connect(port)) {
            return puller.rest();
        }
    }

    /** Returns what a port says first to somebody who is silent: two bytes, fewer if it closes the connection, {@code refused} if none. */
    public static String announcement(int port) {
        try (Puller puller = connect(port)) {
            return puller.next(2);
        } catch (java.net.ConnectException e) {
            return "refused";
        } catch (java.net.SocketException e) {
            // Reset: the port was closed while the connection waited to be accepted.
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes. */
    public Puller says(byte... bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends no more, but listens. */
    public Puller endsItsHalf() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads some bytes; fewer if the connection ends before. */
    public String next(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Reads to the end, in order or not. */
    public String rest() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                bytes.write(next);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A reset is an end as well.
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

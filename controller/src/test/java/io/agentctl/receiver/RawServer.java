package io.agentctl.receiver;

import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** A server on the loopback address that follows a script, however rude, with every peer. */
final class RawServer implements AutoCloseable {
    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("^content-length: ([0-9]+)\r$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final ServerSocket listener;
    private final Optional<SSLSocketFactory> tls;
    private final Script script;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /** What is done with one peer; when it returns or throws, the connection is closed. */
    @FunctionalInterface
    interface Script {
        void talk(Socket peer) throws IOException, InterruptedException;
    }

    private RawServer(Optional<SSLSocketFactory> tls, Script script) throws IOException {
        this.tls = tls;
        this.script = script;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    static RawServer plain(Script script) throws IOException {
        return new RawServer(Optional.empty(), script);
    }

    static RawServer tls(Issued identity, Script script) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new TlsIdentity(identity.identity())}, null, null);
            return new RawServer(Optional.of(context.getSocketFactory()), script);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Returns how many connections were made. */
    int connections() {
        return accepted.size();
    }

    /** Reads a request; what stays unread would turn the connection's end into a reset. */
    static String request(Socket peer) throws IOException {
        InputStream in = peer.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the peer has gone");
            }
            head.append((char) next);
        }
        Matcher length = CONTENT_LENGTH.matcher(head);
        in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return head.toString();
    }

    static void send(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        peer.getOutputStream().flush();
    }

    /** Sends a byte at a time and without end: the text, then its last byte again and again. */
    static void drip(Socket peer, String text) throws IOException, InterruptedException {
        OutputStream out = peer.getOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; true; i++) {
            out.write(bytes[Math.min(i, bytes.length - 1)]);
            out.flush();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Says nothing until the peer goes. */
    static void waitForEnd(Socket peer) throws IOException {
        InputStream in = peer.getInputStream();
        while (in.read() >= 0) {
            // Whatever it says.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.add(socket);
                start(() -> talk(socket));
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket;
                Socket peer = tls.isPresent() ? layered(tls.get(), socket) : socket) {
            script.talk(peer);
        } catch (IOException e) {
            // The peer has gone, as most do here.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Socket layered(SSLSocketFactory factory, Socket socket) throws IOException {
        return factory.createSocket(socket, null, true);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw server");
        thread.setDaemon(true);
        thread.start();
    }
}

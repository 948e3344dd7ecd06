package io.agentctl.receiver;

import io.agentctl.net.LoopbackServer;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
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

    private final LoopbackServer server;
    private final Optional<SSLSocketFactory> tls;
    private final Script script;

    /** What is done with one peer; when it returns or throws, the connection is closed. */
    @FunctionalInterface
    interface Script {
        void talk(Socket peer) throws IOException, InterruptedException;
    }

    private RawServer(Optional<SSLSocketFactory> tls, Script script) throws IOException {
        this.tls = tls;
        this.script = script;
        this.server = new LoopbackServer("raw server", this::talk);
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
        return server.port();
    }

    /** Returns how many connections were made. */
    int connections() {
        return server.connections();
    }

    /** Reads a request; what stays unread would turn the connection's end into a reset. */
    static String request(Socket peer) throws IOException {
        InputStream in = peer.getInputStream();
        String head = LoopbackServer.head(in);
        Matcher length = CONTENT_LENGTH.matcher(head);
        in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return head;
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
        server.close();
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
}

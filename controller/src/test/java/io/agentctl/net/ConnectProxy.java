package io.agentctl.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy on the loopback address, for tunnels ({@code CONNECT}) and for plain requests. Whatever host is asked for, it goes to
 * that port of the loopback address: so names that no DNS knows work, and prove that the proxy alone resolves them.
 */
public final class ConnectProxy implements AutoCloseable {
    private static final Pattern TUNNEL = Pattern.compile("CONNECT (\\S+):([0-9]+) HTTP/1\\.1");
    private static final Pattern PLAIN = Pattern.compile("GET http://([^/ ]+):([0-9]+)(/\\S*) HTTP/1\\.0");

    private static final String LOGIN_REQUIRED = String.join(
            "\r\n",
            "HTTP/1.1 407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=\"proxy\"",
            "Content-Length: 0",
            "",
            "");

    private final ServerSocket listener;
    private final Optional<String> authorization;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private ConnectProxy(Optional<String> authorization) throws IOException {
        this.authorization = authorization;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Starts a proxy that serves everyone. */
    public static ConnectProxy open() throws IOException {
        return new ConnectProxy(Optional.empty());
    }

    /** Starts a proxy that serves one user (HTTP Basic). */
    public static ConnectProxy of(String user, String password) throws IOException {
        return new ConnectProxy(Optional.of("Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8))));
    }

    /** Returns the proxy's port. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Returns the environment that names this proxy for HTTPS and HTTP, with a login such as {@code user:password@} or none. */
    public ProxyEnvironment environment(String login) {
        String url = "http://" + login + "127.0.0.1:" + port();
        return new ProxyEnvironment(Map.of("https_proxy", url, "http_proxy", url));
    }

    /** Returns the first lines of all requests, served or not. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket peer = listener.accept();
                sockets.add(peer);
                start(() -> serve(peer));
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            while (answer(peer)) {
                // A refused peer may ask again, now with a login.
            }
        } catch (IOException e) {
            // The peer has gone.
        }
    }

    private boolean answer(Socket peer) throws IOException {
        String head = head(peer.getInputStream());
        String[] lines = head.split("\r\n", -1);
        requests.add(lines[0]);
        if (authorization.isPresent() && !isAuthorized(lines)) {
            send(peer, LOGIN_REQUIRED);
            return true;
        }
        Matcher tunnel = TUNNEL.matcher(lines[0]);
        Matcher plain = PLAIN.matcher(lines[0]);
        if (tunnel.matches()) {
            try (Socket server = connect(tunnel.group(2))) {
                send(peer, "HTTP/1.1 200 Connection established\r\n\r\n");
                join(peer, server);
            }
        } else if (plain.matches()) {
            try (Socket server = connect(plain.group(2))) {
                send(server, head.replaceFirst("GET \\S+", "GET " + Matcher.quoteReplacement(plain.group(3))));
                join(peer, server);
            }
        } else {
            send(peer, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
        return false;
    }

    private boolean isAuthorized(String... lines) {
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:")) {
                return line.substring(line.indexOf(':') + 1).strip().equals(authorization.orElseThrow());
            }
        }
        return false;
    }

    private Socket connect(String port) throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        sockets.add(server);
        return server;
    }

    private static void join(Socket peer, Socket server) throws IOException {
        start(() -> copy(peer, server));
        copy(server, peer);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // Either side has gone, and the other notices.
        }
    }

    private static String head(InputStream in) throws IOException {
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

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}

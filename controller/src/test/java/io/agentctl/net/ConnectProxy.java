package io.agentctl.net;

import java.io.IOException;
import java.net.InetAddress;
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

    private final LoopbackServer server;
    private final Optional<String> authorization;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> onward = new CopyOnWriteArrayList<>();

    private ConnectProxy(Optional<String> authorization) throws IOException {
        this.authorization = authorization;
        this.server = new LoopbackServer("proxy", this::serve);
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
        return server.port();
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
        server.close();
        for (Socket socket : onward) {
            socket.close();
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
        String head = LoopbackServer.head(peer.getInputStream());
        String[] lines = head.split("\r\n", -1);
        requests.add(lines[0]);
        if (authorization.isPresent() && !isAuthorized(lines)) {
            LoopbackServer.send(peer, LOGIN_REQUIRED);
            return true;
        }
        Matcher tunnel = TUNNEL.matcher(lines[0]);
        Matcher plain = PLAIN.matcher(lines[0]);
        if (tunnel.matches()) {
            try (Socket host = connect(tunnel.group(2))) {
                LoopbackServer.send(peer, "HTTP/1.1 200 Connection established\r\n\r\n");
                join(peer, host);
            }
        } else if (plain.matches()) {
            try (Socket host = connect(plain.group(2))) {
                LoopbackServer.send(
                        host, head.replaceFirst("GET \\S+", "GET " + Matcher.quoteReplacement(plain.group(3))));
                join(peer, host);
            }
        } else {
            LoopbackServer.send(peer, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
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
        Socket host = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        onward.add(host);
        return host;
    }

    private void join(Socket peer, Socket host) {
        server.start(() -> copy(peer, host));
        copy(host, peer);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // Either side has gone, and the other notices.
        }
    }
}

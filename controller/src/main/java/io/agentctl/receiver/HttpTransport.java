package io.agentctl.receiver;

import io.agentctl.net.Deadline;
import io.agentctl.net.HttpProxy;
import io.agentctl.net.JdkSwitches;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.CommonNames;
import io.agentctl.pki.TlsAlert;
import io.agentctl.pki.UntrustedPeerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;

/**
 * One HTTP/1.1 call per connection: never redirected, never repeated, bounded in time and in the size of what comes back. The JDK's
 * older client serves here, since it takes host names with underscores, which container networks are fond of, and costs little.
 */
final class HttpTransport {
    /** Largest answer accepted, in bytes: the largest honest one holds two certificate chains. */
    static final int MAX_ANSWER_SIZE = 1024 * 1024;

    /** Largest request that is held in memory, in bytes. */
    private static final int MAX_BUFFERED = 64 * 1024;

    static final String NO_ANSWER = "the connection ended without an answer";
    static final String BROKEN_OFF = "the connection ended in the middle of the answer";

    static {
        // Whoever uses this outside of our own process, tests above all, gets the same behaviour.
        JdkSwitches.set();
    }

    private final TlsClient tls;
    private final ProxyEnvironment proxies;
    private final Timeouts timeouts;

    /**
     * What to ask.
     *
     * @param method such as {@code POST}
     * @param url where
     * @param headers all but those that HTTP itself needs
     * @param body empty for none
     */
    record Call(String method, URL url, Map<String, String> headers, Optional<AgentReceiver.Upload> body) {}

    /**
     * What came back.
     *
     * @param status the HTTP status
     * @param body at most {@link #MAX_ANSWER_SIZE} bytes, as text
     * @param retryAfter the header of this name as it came, if it did
     * @param site whom the server's certificate names: its only common name; empty if there was none to see
     * @param date the header of this name, if it came and can be read
     */
    record Answer(
            int status, String body, Optional<String> retryAfter, Optional<String> site, Optional<Instant> date) {}

    HttpTransport(TlsClient tls, ProxyEnvironment proxies, Timeouts timeouts) {
        this.tls = tls;
        this.proxies = proxies;
        this.timeouts = timeouts;
    }

    /**
     * Makes a call. By plain HTTP it can only be a GET without headers.
     *
     * @param call what to ask
     * @return what came back, whatever its status
     * @throws ReceiverException if nothing came back, or too much
     */
    Answer exchange(Call call) throws ReceiverException {
        if (call.url().getProtocol().equals("http")) {
            return plainly(call.url());
        }
        return withConnection(call.url(), connection -> {
            connection.setRequestMethod(call.method());
            call.headers().forEach(connection::setRequestProperty);
            connection.setDoOutput(call.body().isPresent());
            if (call.body().isPresent() && call.body().get().size() > MAX_BUFFERED) {
                // The JDK then cannot tell a status of 401, which nothing as large is answered with.
                connection.setFixedLengthStreamingMode(call.body().get().size());
            }
            // Alone, since what a proxy answers instead of a tunnel would otherwise pass for the server's own answer.
            connection.connect();
            Optional<String> site = site(connection);
            if (call.body().isPresent()) {
                try (OutputStream out = connection.getOutputStream()) {
                    call.body().get().writeTo(out);
                }
            }
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new IOException("the answer is not HTTP");
            }
            return new Answer(
                    status,
                    body(connection, status),
                    Optional.ofNullable(connection.getHeaderField("Retry-After")),
                    site,
                    date(connection));
        });
    }

    /**
     * Looks at a server's certificates without asking it anything.
     *
     * @param url where
     * @return the chain that it presented, which the trust decision let pass
     * @throws ReceiverException if the server cannot be reached or is refused
     */
    List<X509Certificate> certificateChain(URL url) throws ReceiverException {
        return withConnection(url, connection -> {
            connection.connect();
            Certificate[] chain = connection.getServerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        });
    }

    private Answer plainly(URL url) throws ReceiverException {
        Optional<HttpProxy> proxy = proxyFor(url);
        PlainGet get = new PlainGet(url, proxy, timeouts);
        try {
            return get.send();
        } catch (IOException | RuntimeException e) {
            throw failure(url, proxy, e, get.isExpired());
        }
    }

    private interface Conversation<T> {
        T with(HttpsURLConnection connection) throws IOException, ReceiverException;
    }

    private <T> T withConnection(URL url, Conversation<T> conversation) throws ReceiverException {
        Optional<HttpProxy> proxy = proxyFor(url);
        AtomicBoolean expired = new AtomicBoolean();
        HttpsURLConnection connection = null;
        Deadline deadline = null;
        try {
            TrackedSockets sockets = new TrackedSockets(tls.context().getSocketFactory(), tls.policy());
            connection = open(url, proxy, sockets);
            HttpsURLConnection opened = connection;
            deadline = Deadline.in(timeouts.exchange(), () -> {
                expired.set(true);
                sockets.close();
                opened.disconnect();
            });
            return conversation.with(connection);
        } catch (IOException | RuntimeException e) {
            throw failure(url, proxy, e, expired.get());
        } finally {
            if (deadline != null) {
                deadline.close();
            }
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private Optional<HttpProxy> proxyFor(URL url) throws UnreachableException {
        try {
            return proxies.proxyFor(url.getProtocol(), url.getHost(), portOf(url));
        } catch (IllegalArgumentException e) {
            throw new UnreachableException("cannot reach " + serverOf(url) + ": " + e.getMessage(), e);
        }
    }

    private HttpsURLConnection open(URL url, Optional<HttpProxy> proxy, TrackedSockets sockets) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection)
                url.openConnection(proxy.map(HttpProxy::address).orElse(Proxy.NO_PROXY));
        proxy.map(HttpProxy::authenticator).ifPresent(connection::setAuthenticator);
        connection.setSSLSocketFactory(sockets);
        if (!tls.checksHostName()) {
            connection.setHostnameVerifier((host, session) -> true);
        }
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout(Math.toIntExact(timeouts.connect().toMillis()));
        // Later than the deadline, which closes the connection: should that fail, nothing waits for ever.
        connection.setReadTimeout(
                Math.toIntExact(timeouts.exchange().plus(timeouts.connect()).toMillis()));
        connection.setRequestProperty("Connection", "close");
        connection.setRequestProperty("Accept", "application/json, text/plain;q=0.5");
        return connection;
    }

    private static Optional<Instant> date(HttpsURLConnection connection) {
        long millis = connection.getHeaderFieldDate("Date", 0);
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static Optional<String> site(HttpsURLConnection connection) throws IOException {
        X509Certificate server = (X509Certificate) connection.getServerCertificates()[0];
        List<String> names = CommonNames.of(server.getSubjectX500Principal());
        return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
    }

    private static String body(HttpURLConnection connection, int status) throws IOException, ReceiverException {
        try (InputStream in = status >= HttpURLConnection.HTTP_BAD_REQUEST
                ? connection.getErrorStream()
                : connection.getInputStream()) {
            if (in == null) {
                return "";
            }
            long announced = connection.getContentLengthLong();
            byte[] bytes = in.readNBytes(MAX_ANSWER_SIZE + 1);
            if (bytes.length > MAX_ANSWER_SIZE) {
                throw tooLarge(connection.getURL());
            }
            if (bytes.length < announced) {
                // JDK 17 takes a connection's end for the answer's: half a port number looks like a port number.
                throw new IOException(BROKEN_OFF);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private ReceiverException failure(URL url, Optional<HttpProxy> proxy, Exception e, boolean expired) {
        String server = serverOf(url)
                + proxy.map(known -> " through the proxy " + known).orElse("");
        Optional<UntrustedPeerException> untrusted = causeOf(e, UntrustedPeerException.class);
        if (untrusted.isPresent()) {
            return new UntrustedReceiverException(
                    server + " is not trusted: " + untrusted.get().getMessage(), e);
        }
        if (causeOf(e, CertificateException.class).isPresent()) {
            return new UntrustedReceiverException(server + " is not trusted: " + reason(e, proxy), e);
        }
        return new UnreachableException(
                "cannot reach " + server + ": "
                        + (expired ? "no answer within " + timeouts.exchange().toSeconds() + " s" : reason(e, proxy)),
                e);
    }

    private static String reason(Exception e, Optional<HttpProxy> proxy) {
        if (e instanceof UnknownHostException) {
            return (proxy.isPresent() ? "the proxy's host name" : "the host name")
                    + " is unknown; is it spelt right, and does this host's DNS work?";
        }
        if (e instanceof ConnectException) {
            return proxy.isPresent()
                    ? "the proxy refused the connection; is it running?"
                    : "connection refused; is the site running, and is this its agent receiver's port?";
        }
        if (e instanceof SocketTimeoutException) {
            return "no answer; is a firewall in between?";
        }
        String message = ForeignText.printable(String.valueOf(e.getMessage()));
        return switch (message) {
            case "Unexpected end of file from server" -> NO_ANSWER;
            case "Premature EOF" -> BROKEN_OFF;
            default ->
                e instanceof SSLException ? TlsAlert.meaningOf(message).orElse("TLS failed: " + message) : message;
        };
    }

    private static <T extends Throwable> Optional<T> causeOf(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    static MalformedAnswerException tooLarge(URL url) {
        return new MalformedAnswerException(
                url + " sent more than " + MAX_ANSWER_SIZE / 1024
                        + " KiB, which no agent receiver does; is the port right?",
                null);
    }

    private static String serverOf(URL url) {
        return url.getHost() + ":" + portOf(url);
    }

    static int portOf(URL url) {
        return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    }
}

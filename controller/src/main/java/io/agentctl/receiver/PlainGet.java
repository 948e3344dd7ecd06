package io.agentctl.receiver;

import io.agentctl.net.Deadline;
import io.agentctl.net.HttpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET over plain HTTP, in version 1.0, whose answers come in one piece and end with the connection (RFC 1945). The JDK's client
 * does not serve here: without TLS it gives no hold of its socket, and its own end to a call waits for a lock that the call holds.
 */
final class PlainGet {
    /** Largest answer accepted, head included. */
    private static final int MAX_SIZE = HttpTransport.MAX_ANSWER_SIZE + 64 * 1024;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");
    private static final Pattern HEAD_END = Pattern.compile("\n\r?\n");
    private static final Pattern LENGTH =
            Pattern.compile("^content-length:[ \t]*([0-9]{1,9})[ \t]*$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern CODED =
            Pattern.compile("^(transfer|content)-encoding:", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final URL url;
    private final Optional<HttpProxy> proxy;
    private final Timeouts timeouts;
    private final AtomicBoolean expired = new AtomicBoolean();

    PlainGet(URL url, Optional<HttpProxy> proxy, Timeouts timeouts) {
        this.url = url;
        this.proxy = proxy;
        this.timeouts = timeouts;
    }

    /** Tells whether the call was ended for want of time. */
    boolean isExpired() {
        return expired.get();
    }

    HttpTransport.Answer send() throws IOException, MalformedAnswerException {
        Socket socket = new Socket(Proxy.NO_PROXY);
        Deadline deadline = Deadline.in(timeouts.exchange(), () -> expire(socket));
        try (socket) {
            socket.connect(peer(), Math.toIntExact(timeouts.connect().toMillis()));
            socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
            byte[] bytes = socket.getInputStream().readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw HttpTransport.tooLarge(url);
            }
            if (bytes.length == 0) {
                throw new SocketException(HttpTransport.NO_ANSWER);
            }
            return answer(new String(bytes, StandardCharsets.ISO_8859_1));
        } finally {
            deadline.close();
        }
    }

    private void expire(Socket socket) {
        expired.set(true);
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed to make its user fail, who will say so.
        }
    }

    private InetSocketAddress peer() {
        return proxy.map(known -> (InetSocketAddress) known.address().address())
                .orElseGet(() -> new InetSocketAddress(url.getHost(), HttpTransport.portOf(url)));
    }

    private String request() {
        StringBuilder request = new StringBuilder()
                .append("GET ")
                .append(proxy.isPresent() ? url.toString() : url.getFile())
                .append(" HTTP/1.0\r\nHost: ")
                .append(url.getAuthority())
                .append("\r\nAccept: text/plain\r\nConnection: close\r\n");
        proxy.flatMap(HttpProxy::login)
                .ifPresent(login -> request.append("Proxy-Authorization: Basic ")
                        .append(Base64.getEncoder()
                                .encodeToString(
                                        (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8)))
                        .append("\r\n"));
        return request.append("\r\n").toString();
    }

    private HttpTransport.Answer answer(String text) throws IOException, MalformedAnswerException {
        Matcher end = HEAD_END.matcher(text);
        String head = end.find() ? text.substring(0, end.start()) : text;
        Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
        if (!status.matches()) {
            throw new IOException("the answer is not HTTP");
        }
        if (head.length() == text.length()) {
            throw new SocketException(HttpTransport.NO_ANSWER);
        }
        String body = text.substring(end.end());
        Matcher length = LENGTH.matcher(head);
        if (length.find() && body.length() < Integer.parseInt(length.group(1))) {
            throw new IOException(HttpTransport.BROKEN_OFF);
        }
        if (CODED.matcher(head).find()) {
            throw new MalformedAnswerException(url + " answered in a coding that was not asked for", null);
        }
        if (body.length() > HttpTransport.MAX_ANSWER_SIZE) {
            throw HttpTransport.tooLarge(url);
        }
        return new HttpTransport.Answer(
                Integer.parseInt(status.group(1)), body, Optional.empty(), Optional.empty(), Optional.empty());
    }
}

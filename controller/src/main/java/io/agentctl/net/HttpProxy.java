package io.agentctl.net;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy that tunnels by {@code CONNECT} (RFC 9110, section 9.3.6). Its text form never shows the password.
 *
 * @param host a name or an address; IPv6 in brackets
 * @param port 1 to 65535
 * @param login whom the proxy knows us as, if it asks
 */
public record HttpProxy(String host, int port, Optional<Login> login) {
    private static final int DEFAULT_PORT = 80;
    private static final int MAX_PORT = 65_535;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z0-9+.-]+://");

    /**
     * A user of the proxy.
     *
     * @param user the name
     * @param password a secret
     */
    public record Login(String user, String password) {
        /** Names the user alone. */
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /**
     * Reads the form that the customary environment variables hold.
     *
     * @param text {@code [http://][user:password@]host[:port]}
     * @return the proxy
     * @throws IllegalArgumentException if the text is malformed or names another kind of proxy; never quotes user and password
     */
    public static HttpProxy parse(String text) {
        String shown = withoutLogin(text);
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if (uri.getScheme() == null) {
                throw malformed(shown);
            }
            if (!uri.getScheme().toLowerCase(Locale.ROOT).equals("http")) {
                throw new IllegalArgumentException(
                        "'" + shown + "' is not a proxy that can be used: only http:// proxies can");
            }
            if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
                throw malformed(shown);
            }
            return new HttpProxy(
                    uri.getHost(),
                    uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                    Optional.ofNullable(uri.getRawUserInfo()).map(HttpProxy::login));
        } catch (URISyntaxException e) {
            // The cause is left out: its message quotes the text with the password in it.
            throw malformed(shown);
        }
    }

    /** Returns the proxy in the JDK's form; its address is resolved at the call. */
    public Proxy address() {
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port));
    }

    /**
     * Returns what answers the proxy, and nobody else, when it asks for a login. It answers once: who asks again did not like the
     * answer, and the JDK would give it twenty times, which locks accounts.
     */
    public Authenticator authenticator() {
        AtomicBoolean answered = new AtomicBoolean();
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY && !answered.getAndSet(true)
                        ? login.map(known -> new PasswordAuthentication(
                                        known.user(), known.password().toCharArray()))
                                .orElse(null)
                        : null;
            }
        };
    }

    /** Returns the form {@code host:port}. */
    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static Login login(String rawUserInfo) {
        String[] parts = rawUserInfo.split(":", 2);
        return new Login(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
    }

    /** A plus sign stands for itself here, unlike in a form. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** What stands before the last {@code @} may be a password, however odd the rest looks. */
    private static String withoutLogin(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            return text;
        }
        Matcher scheme = SCHEME.matcher(text);
        return (scheme.lookingAt() ? scheme.group() : "") + "…" + text.substring(at);
    }

    private static IllegalArgumentException malformed(String shown) {
        return new IllegalArgumentException(
                "'" + shown + "' is not a proxy: expected [http://][user:password@]host[:port]");
    }
}

package io.agentctl.receiver;

import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TlsPolicy;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Asks a site's web server for its agent receiver's port (protocol.md, section 3). The answer is a hint and no more: whoever answers at
 * that port has to be trusted on its own merits.
 */
public final class PortDiscovery {
    private static final PeerCheck ANYONE = (presented, peer) -> {};
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final int httpsPort;
    private final int httpPort;
    private final boolean validates;
    private final HttpTransport transport;

    /**
     * @param validates whether the web server's certificate must be valid for its name by the authorities that this Java runtime trusts;
     *     then plain HTTP, which proves nothing, is not tried
     * @param proxies what stands in between
     * @param timeouts how long each try may take
     */
    public PortDiscovery(boolean validates, ProxyEnvironment proxies, Timeouts timeouts) {
        this(validates, proxies, timeouts, HTTPS_PORT, HTTP_PORT);
    }

    PortDiscovery(boolean validates, ProxyEnvironment proxies, Timeouts timeouts, int httpsPort, int httpPort) {
        this.httpsPort = httpsPort;
        this.httpPort = httpPort;
        this.validates = validates;
        this.transport = new HttpTransport(
                validates
                        ? TlsClient.ofPublicAuthorities()
                        : TlsClient.trusting(ANYONE, Optional.empty(), TlsPolicy.SINCE_1_2),
                proxies,
                timeouts);
    }

    /**
     * Finds the port by HTTPS and, if that fails, by HTTP.
     *
     * @param siteId the site
     * @return where its agent receiver answers
     * @throws ReceiverException if neither tells
     */
    public ReceiverAddress discover(SiteId siteId) throws ReceiverException {
        try {
            return ask("https", httpsPort, siteId);
        } catch (ReceiverException https) {
            if (validates) {
                throw failure(siteId, https);
            }
            try {
                return ask("http", httpPort, siteId);
            } catch (ReceiverException http) {
                ReceiverException failure = failure(siteId, https);
                failure.addSuppressed(http);
                throw failure;
            }
        }
    }

    private ReceiverAddress ask(String scheme, int port, SiteId siteId) throws ReceiverException {
        URL url = url(scheme, port, siteId);
        HttpTransport.Answer answer =
                transport.exchange(new HttpTransport.Call("GET", url, Map.of(), Optional.empty()));
        if (answer.status() != 200) {
            throw new RefusedException(answer.status(), url + " answered with HTTP status " + answer.status());
        }
        String text = answer.body().strip();
        try {
            if (PORT.matcher(text).matches()) {
                return new ReceiverAddress(siteId, Integer.parseInt(text));
            }
        } catch (IllegalArgumentException e) {
            // Five digits, but no port: said below.
        }
        throw new MalformedAnswerException(url + " did not answer with a port", null);
    }

    private static UnreachableException failure(SiteId siteId, ReceiverException cause) {
        return new UnreachableException(
                "cannot find out the agent receiver's port of " + siteId + " (" + cause.getMessage()
                        + "): name it with --server " + siteId.server() + ":PORT (usually 8000)",
                cause);
    }

    private static URL url(String scheme, int port, SiteId siteId) {
        try {
            return new URL(
                    scheme,
                    siteId.server(),
                    port,
                    "/" + siteId.site() + "/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke");
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a site's name has no part that a URL could not hold", e);
        }
    }
}

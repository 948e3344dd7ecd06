package io.agentctl.pki;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A {@link PeerCheck} in the form that TLS asks for. It is an <em>extended</em> trust manager so that no TLS stack adds a host name
 * check of its own: a site may be reached under any address.
 */
public final class TlsTrust extends X509ExtendedTrustManager {
    private final PeerCheck trust;

    /** @param trust the decision to ask */
    public TlsTrust(PeerCheck trust) {
        this.trust = trust;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws UntrustedPeerException {
        trust.check(List.of(chain), PeerCheck.Peer.FETCHER);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws UntrustedPeerException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws UntrustedPeerException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws UntrustedPeerException {
        trust.check(List.of(chain), PeerCheck.Peer.AGENT_RECEIVER);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws UntrustedPeerException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws UntrustedPeerException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.authorities().toArray(X509Certificate[]::new);
    }
}

package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A trust decision narrowed to some peers: another site under the same CA, or whoever has got hold of the CA, does not get in.
 *
 * @param trust what must hold besides
 * @param connection names the connection whose peers these are
 * @param peers who is admitted; at least one
 */
public record AllowedPeers(PeerCheck trust, String connection, List<AllowedPeer> peers) implements PeerCheck {

    /** Copies the list. */
    public AllowedPeers {
        peers = List.copyOf(peers);
    }

    @Override
    public void check(List<X509Certificate> presented, Peer peer) throws UntrustedPeerException {
        trust.check(presented, peer);
        if (peers.stream().noneMatch(allowed -> allowed.matches(presented.get(0)))) {
            throw new UntrustedPeerException("the certificate " + SiteCertificate.quoted(presented.get(0)) + " of the "
                    + peer.label() + " is not among allowed_peers of " + connection + " ("
                    + peers.stream().map(AllowedPeer::toString).collect(Collectors.joining(", "))
                    + "); its own are " + fingerprints(presented.get(0)));
        }
    }

    @Override
    public List<X509Certificate> authorities() {
        return trust.authorities();
    }

    /** Whoever has renewed a site's certificate finds the new entry in the log. */
    private static String fingerprints(X509Certificate certificate) {
        return new AllowedPeer(
                        AllowedPeer.Kind.CERTIFICATE,
                        AllowedPeer.fingerprint(certificate, AllowedPeer.Kind.CERTIFICATE))
                + " and "
                + new AllowedPeer(AllowedPeer.Kind.KEY, AllowedPeer.fingerprint(certificate, AllowedPeer.Kind.KEY));
    }
}

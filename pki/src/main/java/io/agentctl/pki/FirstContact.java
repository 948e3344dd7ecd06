package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The decision about an agent receiver whose site has not handed out a root certificate yet: it must present a site's certificate that
 * is valid now and, once it is known which, exactly that one. Whether that one is the right one, a human or a fingerprint says.
 *
 * @param expected the certificate's fingerprint; empty to look who is there
 * @param clock tells the time at which the certificate must be valid
 */
public record FirstContact(Optional<Fingerprint> expected, Clock clock) implements PeerCheck {

    @Override
    public void check(List<X509Certificate> presented, Peer peer) throws UntrustedPeerException {
        X509Certificate certificate = SiteCertificate.of(presented, peer);
        SiteCertificate.checkValidity(certificate, peer, clock.instant());
        if (expected.isPresent()) {
            checkFingerprint(certificate, peer, expected.get());
        }
    }

    private static void checkFingerprint(X509Certificate certificate, Peer peer, Fingerprint expected)
            throws UntrustedPeerException {
        try {
            Fingerprint fingerprint = Fingerprint.of(certificate);
            if (!fingerprint.equals(expected)) {
                throw new UntrustedPeerException("the certificate " + SiteCertificate.quoted(certificate) + " of the "
                        + peer.label() + " has the SHA-256 fingerprint " + fingerprint + " instead of " + expected);
            }
        } catch (PkiException e) {
            throw new UntrustedPeerException("the certificate of the " + peer.label() + " is malformed", e);
        }
    }
}

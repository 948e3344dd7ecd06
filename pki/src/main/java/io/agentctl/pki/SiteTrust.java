package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * The one decision whether a peer is the site we registered with; the server side asks it about the fetcher, the client side about
 * the agent receiver.
 *
 * <p>A peer is the site when its certificate chains to the connection's pinned root (RFC 5280, section 6), its subject has exactly
 * one common name, and that name is not a UUID: hosts' certificates, which the same site issues, carry UUIDs. Which address the peer
 * has does not matter. Sites publish no revocation lists by themselves; where an operator has some, they count.
 */
public final class SiteTrust implements PeerCheck {
    /** Longest chain that is looked at, the end entity included. */
    public static final int MAX_CHAIN_LENGTH = 8;

    private static final int MAX_ROOTS_NAMED = 3;

    private final List<X509Certificate> roots;
    private final Revocation revocation;
    private final Clock clock;

    private SiteTrust(List<X509Certificate> roots, Revocation revocation, Clock clock) {
        this.roots = roots;
        this.revocation = revocation;
        this.clock = clock;
    }

    /**
     * Pins a site.
     *
     * @param roots what the site handed out as {@code root_cert}; any of them may stand at the end of a peer's chain
     * @param clock tells the time at which certificates must be valid
     * @return the decision for this site
     */
    public static SiteTrust pinnedTo(List<X509Certificate> roots, Clock clock) {
        return new SiteTrust(List.copyOf(roots), Revocation.UNKNOWN, clock);
    }

    /**
     * Asks as well which certificates were taken back.
     *
     * @param known tells
     * @return the decision, otherwise as it was
     */
    public SiteTrust heeding(Revocation known) {
        return new SiteTrust(roots, known, clock);
    }

    /** Returns the pinned roots. */
    @Override
    public List<X509Certificate> authorities() {
        return roots;
    }

    @Override
    public void check(List<X509Certificate> presented, Peer peer) throws UntrustedPeerException {
        if (presented.size() > MAX_CHAIN_LENGTH) {
            throw new UntrustedPeerException("the " + peer.label() + " sent a chain of " + presented.size()
                    + " certificates, at most " + MAX_CHAIN_LENGTH + " are accepted");
        }
        SiteCertificate.of(presented, peer);
        List<X509Certificate> path = withoutRoots(presented, peer);
        checkPath(path, presented, peer);
        revocation.check(path, roots, peer);
    }

    private void checkPath(List<X509Certificate> certificates, List<X509Certificate> presented, Peer peer)
            throws UntrustedPeerException {
        Instant now = clock.instant();
        Set<TrustAnchor> anchors = anchorsValidAt(now);
        try {
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(certificates);
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (CertPathValidatorException e) {
            throw refusal(e, presented, peer, now);
        } catch (GeneralSecurityException e) {
            throw new UntrustedPeerException("the certificate of the " + peer.label() + " cannot be checked", e);
        }
    }

    private List<X509Certificate> withoutRoots(List<X509Certificate> presented, Peer peer)
            throws UntrustedPeerException {
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : presented) {
            if (roots.contains(certificate)) {
                break;
            }
            path.add(certificate);
        }
        if (path.isEmpty()) {
            throw new UntrustedPeerException("the " + peer.label() + " sent the site's root certificate as its own");
        }
        return path;
    }

    /** PKIX leaves an anchor's own validity unchecked; OpenSSL, which sites use, checks it, and so do we. */
    private Set<TrustAnchor> anchorsValidAt(Instant now) throws UntrustedPeerException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate root : roots) {
            if (!now.isBefore(root.getNotBefore().toInstant())
                    && !now.isAfter(root.getNotAfter().toInstant())) {
                anchors.add(new TrustAnchor(root, null));
            }
        }
        if (anchors.isEmpty()) {
            boolean early = roots.stream()
                    .anyMatch(root -> now.isBefore(root.getNotBefore().toInstant()));
            throw new UntrustedPeerException("none of the site's " + roots.size()
                    + " pinned root certificates is valid "
                    + (early
                            ? "yet, now is " + now + "; is this host's clock right?"
                            : "any more, now is " + now + "; if this host's clock is right, register it again"));
        }
        return anchors;
    }

    private UntrustedPeerException refusal(
            CertPathValidatorException e, List<X509Certificate> presented, Peer peer, Instant now) {
        X509Certificate certificate = presented.get(Math.max(0, Math.min(e.getIndex(), presented.size() - 1)));
        if (e.getReason() == BasicReason.EXPIRED || e.getCause() instanceof CertificateExpiredException) {
            return SiteCertificate.expired(certificate, peer, now, e);
        }
        if (e.getReason() == BasicReason.NOT_YET_VALID || e.getCause() instanceof CertificateNotYetValidException) {
            return SiteCertificate.notYetValid(certificate, peer, now, e);
        }
        boolean atTheTop = e.getIndex() < 0 || e.getIndex() == presented.size() - 1;
        if (e.getReason() == PKIXReason.NO_TRUST_ANCHOR
                || (e.getReason() == BasicReason.INVALID_SIGNATURE && atTheTop)) {
            return new UntrustedPeerException(
                    "the certificate " + SiteCertificate.quoted(presented.get(0)) + " of the " + peer.label()
                            + foreignAuthority(presented.get(presented.size() - 1)),
                    e);
        }
        return new UntrustedPeerException(
                "the certificate " + SiteCertificate.quoted(certificate) + " of the " + peer.label()
                        + " does not chain to the root certificate that the site gave at registration: "
                        + e.getMessage(),
                e);
    }

    /** Names what may have changed at the site since the registration, for whoever changed it there. */
    private String foreignAuthority(X509Certificate last) {
        X500Principal issuer = last.getIssuerX500Principal();
        boolean namesake =
                roots.stream().anyMatch(root -> root.getSubjectX500Principal().equals(issuer));
        if (namesake) {
            return " was issued by another CA named '" + CommonNames.shown(issuer)
                    + "' than the one that this host registered with: if the site has made a new CA, register this host again";
        }
        String known = roots.stream()
                .map(root -> "'" + CommonNames.shown(root.getSubjectX500Principal()) + "'")
                .distinct()
                .limit(MAX_ROOTS_NAMED)
                .collect(Collectors.joining(" or "));
        return " was issued by '" + CommonNames.shown(issuer) + "', but this host registered with " + known
                + ": if the site was renamed or has another CA now, register this host again";
    }
}

package io.agentctl.pki;

import io.agentctl.pki.PeerCheck.Peer;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What every certificate of a site must be, whoever signed it: its subject has exactly one common name, which is not a UUID (hosts'
 * certificates, which the same site issues, carry UUIDs), and it is not restricted to another use.
 */
final class SiteCertificate {
    private static final String ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";

    private SiteCertificate() {}

    /**
     * Picks the peer's own certificate out of what it sent.
     *
     * @param presented the chain as it came over the wire
     * @param peer which part of the site the peer says it is
     * @return the first certificate of the chain, which follows the rules
     * @throws UntrustedPeerException if there is none or it breaks a rule
     */
    static X509Certificate of(List<X509Certificate> presented, Peer peer) throws UntrustedPeerException {
        if (presented.isEmpty()) {
            throw new UntrustedPeerException("the " + peer.label() + " sent no certificate");
        }
        X509Certificate certificate = presented.get(0);
        checkCommonName(certificate, peer);
        checkKeyUsage(certificate, peer);
        return certificate;
    }

    /**
     * Demands that a certificate is valid.
     *
     * @param certificate one of the peer's
     * @param peer which part of the site the peer says it is
     * @param now the time at which it must be valid
     * @throws UntrustedPeerException if it has expired or is not valid yet
     */
    static void checkValidity(X509Certificate certificate, Peer peer, Instant now) throws UntrustedPeerException {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw expired(certificate, peer, now, null);
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw notYetValid(certificate, peer, now, null);
        }
    }

    static UntrustedPeerException expired(X509Certificate certificate, Peer peer, Instant now, Exception cause) {
        return new UntrustedPeerException(
                "the certificate " + quoted(certificate) + " of the " + peer.label() + " expired at "
                        + certificate.getNotAfter().toInstant() + ", now is " + now
                        + "; if this host's clock is right, the site needs a new one",
                cause);
    }

    static UntrustedPeerException notYetValid(X509Certificate certificate, Peer peer, Instant now, Exception cause) {
        return new UntrustedPeerException(
                "the certificate " + quoted(certificate) + " of the " + peer.label() + " is valid only from "
                        + certificate.getNotBefore().toInstant() + ", now is " + now + "; is this host's clock right?",
                cause);
    }

    static String quoted(X509Certificate certificate) {
        return "'" + CommonNames.shown(certificate.getSubjectX500Principal()) + "'";
    }

    private static void checkCommonName(X509Certificate certificate, Peer peer) throws UntrustedPeerException {
        List<String> commonNames = CommonNames.of(certificate.getSubjectX500Principal());
        if (commonNames.size() != 1) {
            throw new UntrustedPeerException("the certificate of the " + peer.label() + " has " + commonNames.size()
                    + " common names instead of one: " + quoted(certificate));
        }
        if (CommonNames.isUuid(commonNames.get(0))) {
            throw new UntrustedPeerException("the certificate of the " + peer.label()
                    + " belongs to a host, not to a site: its common name is the UUID "
                    + commonNames.get(0).strip());
        }
    }

    private static void checkKeyUsage(X509Certificate certificate, Peer peer) throws UntrustedPeerException {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            if (usages != null
                    && !usages.contains(peer.extendedKeyUsage())
                    && !usages.contains(ANY_EXTENDED_KEY_USAGE)) {
                throw new UntrustedPeerException("the certificate of the " + peer.label()
                        + " is not meant for this use: extended key usage " + usages);
            }
        } catch (CertificateParsingException e) {
            throw new UntrustedPeerException("the certificate of the " + peer.label() + " is malformed", e);
        }
    }
}

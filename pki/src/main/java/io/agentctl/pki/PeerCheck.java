package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.util.List;

/** A decision about a TLS peer, asked once in every handshake; thread-safe. */
public interface PeerCheck {

    /** Which part of a site a peer says it is. */
    enum Peer {
        /** The TLS client that pulls. */
        FETCHER("fetcher", "1.3.6.1.5.5.7.3.2"),
        /** The TLS server that registers and renews. */
        AGENT_RECEIVER("agent receiver", "1.3.6.1.5.5.7.3.1");

        private final String label;
        private final String extendedKeyUsage;

        Peer(String label, String extendedKeyUsage) {
            this.label = label;
            this.extendedKeyUsage = extendedKeyUsage;
        }

        String label() {
            return label;
        }

        String extendedKeyUsage() {
            return extendedKeyUsage;
        }
    }

    /**
     * Demands that a peer may be talked to.
     *
     * @param presented the peer's chain as it came over the wire, the end entity first
     * @param peer which part of the site it says it is
     * @throws UntrustedPeerException if it may not; the message says by which rule
     */
    void check(List<X509Certificate> presented, Peer peer) throws UntrustedPeerException;

    /** Returns the authorities to name in a certificate request (RFC 8446, section 4.2.4); none leaves the choice to the peer. */
    default List<X509Certificate> authorities() {
        return List.of();
    }
}

package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.util.List;

/** Tells which certificates their issuers have taken back. Thread-safe. */
@FunctionalInterface
public interface Revocation {
    /** Nobody says so: sites publish no lists by themselves. */
    Revocation UNKNOWN = (path, roots, peer) -> {};

    /**
     * Demands that no certificate of a valid path was taken back.
     *
     * @param path the peer's certificate first, without the root
     * @param roots the certificates that may have issued the last one
     * @param peer which part of the site the peer says it is
     * @throws UntrustedPeerException if one was, or if that cannot be told and is to be taken for the worst
     */
    void check(List<X509Certificate> path, List<X509Certificate> roots, PeerCheck.Peer peer)
            throws UntrustedPeerException;
}

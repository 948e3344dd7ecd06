package io.agentctl.connection;

import io.agentctl.pki.AllowedPeer;
import io.agentctl.pki.AllowedPeers;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.Revocation;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.TlsPolicy;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom an operator lets pass for a connection's site, beyond what the connection's own root demands; immutable.
 *
 * @param allowedPeers who alone is admitted, by the connection's name or UUID; others are admitted by their root alone
 * @param revocation which certificates were taken back
 * @param tls how TLS is spoken
 * @param clock tells when certificates must be valid
 */
public record TrustRules(
        Map<String, List<AllowedPeer>> allowedPeers, Revocation revocation, TlsPolicy tls, Clock clock) {

    /** Copies the rules. */
    public TrustRules {
        allowedPeers = Map.copyOf(new LinkedHashMap<>(allowedPeers));
    }

    /**
     * The rules where an operator has made none.
     *
     * @param clock tells when certificates must be valid
     */
    public static TrustRules at(Clock clock) {
        return new TrustRules(Map.of(), Revocation.UNKNOWN, TlsPolicy.SINCE_1_2, clock);
    }

    /**
     * Finds out whom to trust as a connection's site.
     *
     * @param connection the connection
     * @return the decision
     * @throws PkiException if the connection's root certificates cannot be read
     */
    public PeerCheck of(Connection connection) throws PkiException {
        PeerCheck trust = connection.trust(clock).heeding(revocation);
        for (Map.Entry<String, List<AllowedPeer>> rule : allowedPeers.entrySet()) {
            if (connection.isNamed(rule.getKey())) {
                trust = new AllowedPeers(trust, connection.name(), rule.getValue());
            }
        }
        return trust;
    }

    /**
     * Narrows a decision about a site that is not registered yet. Only where a root is known already there is somebody whose lists count.
     *
     * @param trust the decision
     * @param siteId the site
     * @return the decision, narrowed if there is a rule
     */
    public PeerCheck narrowed(PeerCheck trust, SiteId siteId) {
        PeerCheck heeding = trust instanceof SiteTrust pinned ? pinned.heeding(revocation) : trust;
        List<AllowedPeer> peers = allowedPeers.get(siteId.toString());
        return peers == null ? heeding : new AllowedPeers(heeding, siteId.toString(), peers);
    }

    /**
     * Finds rules that concern nobody.
     *
     * @param registry the connections
     * @return the names that no connection has
     */
    public List<String> idle(Registry registry) {
        return allowedPeers.keySet().stream()
                .filter(name -> registry.find(name).isEmpty())
                .sorted()
                .toList();
    }
}

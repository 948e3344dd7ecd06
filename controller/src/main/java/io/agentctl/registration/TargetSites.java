package io.agentctl.registration;

import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.PeerCheck;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.ReceiverException;

/** How a site is reached at which this host is not registered yet. */
public interface TargetSites {

    /**
     * Asks for the agent receiver's port.
     *
     * @param siteId the site
     * @return where its agent receiver answers
     * @throws ReceiverException if that cannot be found out
     */
    ReceiverAddress discover(SiteId siteId) throws ReceiverException;

    /**
     * Makes a client without an identity.
     *
     * @param address where the agent receiver answers
     * @param check whom to take for it
     * @return the agent receiver
     */
    AgentReceiver stranger(ReceiverAddress address, PeerCheck check);
}

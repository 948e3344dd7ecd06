package io.agentctl.registration;

import io.agentctl.pki.SiteTrust;
import io.agentctl.receiver.AgentReceiver;

/** Makes clients of one site's agent receiver. */
@FunctionalInterface
public interface PinnedSite {

    /**
     * Makes a client that takes nobody but the site for it.
     *
     * @param trust recognises the site
     * @return the site's agent receiver
     */
    AgentReceiver recognisedBy(SiteTrust trust);
}

package io.agentctl.cli;

import io.agentctl.agent.AgentException;
import io.agentctl.connection.Connection;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.UntrustedPeerException;
import io.agentctl.registration.Registration;
import java.time.Clock;
import java.util.logging.Logger;

/** What the verbs have in common that make a connection. */
final class NewConnection {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    private NewConnection() {}

    /** Demands, before a site is asked for anything, that this host has an agent and that what the site answers can be stored. */
    static void checkPossible(LoadedSettings loaded) throws AgentException, RegistryException {
        loaded.settings().agent().value().check();
        loaded.registry().checkChangeable();
    }

    static Registration registration(LoadedSettings loaded) {
        return new Registration(
                loaded.settings().keyType().value(), loaded.invocation().clock());
    }

    /** The registration stands, but whatever else is said to this agent receiver will be refused by us. */
    static void warnOfForeignRoot(Connection connection, SiteOptions.Encounter encounter, Clock clock)
            throws PkiException {
        try {
            connection.trust(clock).check(encounter.presented(), PeerCheck.Peer.AGENT_RECEIVER);
        } catch (UntrustedPeerException e) {
            LOG.warning(
                    () -> "the site's root certificate does not vouch for its own agent receiver, so status, push and"
                            + " renewal will be refused: " + e.getMessage() + "; is a TLS proxy in between?");
        }
    }
}

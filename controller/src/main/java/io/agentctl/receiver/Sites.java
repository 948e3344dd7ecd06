package io.agentctl.receiver;

import io.agentctl.connection.Connection;
import io.agentctl.pki.PkiException;

/** Knows how to reach the sites of connections. */
@FunctionalInterface
public interface Sites {

    /**
     * Makes the client of a connection's site: as that connection, and taking nobody but the site for it.
     *
     * @param connection a registered connection
     * @return the site's agent receiver
     * @throws PkiException if the connection's key or certificates cannot be used
     */
    AgentReceiver receiverOf(Connection connection) throws PkiException;
}

package io.agentctl.renewal;

import io.agentctl.connection.Connection;
import java.security.cert.X509Certificate;

/**
 * What a site has granted and the registry does not hold yet.
 *
 * @param old the connection as it stands in the registry
 * @param connection what it shall become
 * @param certificate its new certificate
 */
record Renewed(Connection old, Connection connection, X509Certificate certificate) {

    /** Names the connection without its key. */
    @Override
    public String toString() {
        return "Renewed[" + connection.name() + "]";
    }
}

package io.agentctl.receiver;

import io.agentctl.connection.ConnectionMode;
import java.util.UUID;

/** The calls of a site's agent receiver (protocol.md, section 3). Each may block for as long as the implementation's time-outs allow. */
public interface AgentReceiver {

    /**
     * Asks for a certificate for a host that the site knows already.
     *
     * @param credentials who vouches for the host
     * @param request what is asked for
     * @return the site's answer, unchecked beyond its form
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    RegisteredHost registerExisting(Credentials credentials, HostRequest request) throws ReceiverException;

    /**
     * Asks whether a connection is registered; needs the connection's identity.
     *
     * @param uuid the connection's UUID
     * @return what the site knows of it
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    RegistrationStatus registrationStatus(UUID uuid) throws ReceiverException;

    /**
     * A host to be registered.
     *
     * @param uuid the new connection's UUID
     * @param csr a certificate request for it, PEM
     * @param hostName the host's name in the site's configuration
     */
    record HostRequest(UUID uuid, String csr, String hostName) {}

    /**
     * The answer to a registration.
     *
     * @param rootCert the root certificates to pin, PEM
     * @param agentCert the new certificate, PEM
     * @param mode who shall open the TCP connection
     */
    record RegisteredHost(String rootCert, String agentCert, ConnectionMode mode) {}
}

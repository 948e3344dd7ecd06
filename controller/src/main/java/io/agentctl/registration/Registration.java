package io.agentctl.registration;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.AgentReceiver.HostRequest;
import io.agentctl.receiver.AgentReceiver.RegisteredHost;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.ReceiverException;
import java.security.KeyPair;
import java.time.Clock;
import java.util.UUID;

/**
 * Registers a host: makes a UUID and a key, has the site certify it, and believes the answer only when it fits. What comes out is
 * not stored yet.
 *
 * @param keyType the type of the new key
 * @param clock tells the time at which the new certificate must be valid
 */
public record Registration(KeyType keyType, Clock clock) {

    /**
     * Registers a host that the site knows already.
     *
     * @param address the site and its agent receiver, for the connection to remember
     * @param receiver the agent receiver at that address
     * @param credentials who vouches for the host
     * @param hostName the host's name in the site's configuration
     * @return the new connection
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     * @throws RegistrationException if the answer does not fit the request
     * @throws PkiException if this Java runtime cannot make the key
     */
    public Connection ofExistingHost(
            ReceiverAddress address, AgentReceiver receiver, Credentials credentials, String hostName)
            throws ReceiverException, RegistrationException, PkiException {
        UUID uuid = UUID.randomUUID();
        KeyPair keyPair = keyType.generate();
        RegisteredHost answer = receiver.registerExisting(
                credentials, new HostRequest(uuid, new CertificateRequest(keyPair, uuid).toPem(), hostName));
        try {
            Identity.of(keyPair.getPrivate(), Pem.certificates(answer.agentCert()))
                    .servableFor(uuid, clock.instant());
            Pem.certificates(answer.rootCert());
        } catch (PkiException e) {
            throw new RegistrationException(
                    "the site " + address.siteId() + " answered with a certificate that cannot be used: "
                            + e.getMessage(),
                    e);
        }
        return Connection.registered(
                answer.mode(), address, uuid, Pem.of(keyPair.getPrivate()), answer.agentCert(), answer.rootCert());
    }
}

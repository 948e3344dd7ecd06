package io.agentctl.registration;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.StoredKey;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.AgentReceiver.HostRequest;
import io.agentctl.receiver.AgentReceiver.NewHostRequest;
import io.agentctl.receiver.AgentReceiver.RegisteredHost;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.RegistrationProgress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Logger;

/**
 * Registers a host: makes a UUID and a key, has the site certify it, and believes the answer only when it fits. What comes out is
 * not stored yet.
 *
 * @param keyStorage where the new key is kept; a key on a token that the site does not certify is destroyed again
 * @param keyType the type of the new key
 * @param clock tells the time at which the new certificate must be valid
 */
public record Registration(KeyStorage keyStorage, KeyType keyType, Clock clock) {
    /** As often as the vendor's controller asks. */
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    /** A new name, a new key, and the request that binds them. */
    private record Candidate(UUID uuid, StoredKey key, String csr) {}

    /**
     * Keeps the new key in the registry file.
     *
     * @param keyType the type of the new key
     * @param clock tells the time at which the new certificate must be valid
     */
    public Registration(KeyType keyType, Clock clock) {
        this(KeyStorage.inFile(), keyType, clock);
    }

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
        Candidate candidate = candidate();
        boolean accepted = false;
        try {
            RegisteredHost answer = receiver.registerExisting(
                    credentials, new HostRequest(candidate.uuid(), candidate.csr(), hostName));
            roots(address, answer.rootCert());
            Connection connection =
                    connection(address, candidate, answer.rootCert(), answer.agentCert(), answer.mode());
            accepted = true;
            return connection;
        } finally {
            discardUnless(accepted, candidate);
        }
    }

    /**
     * Registers a host that the site shall make up its mind about, and waits until it has.
     *
     * @param address the site and its agent receiver, for the connection to remember
     * @param receiver the agent receiver at that address
     * @param site makes clients of the same agent receiver, once its root is known
     * @param credentials who vouches for the host
     * @param labels what the site may decide by
     * @param pause waits between two questions
     * @return the new connection
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     * @throws RegistrationException if the site declines the host, or the answer does not fit the request
     * @throws PkiException if this Java runtime cannot make the key
     * @throws InterruptedException if interrupted while waiting for the decision
     */
    public Connection ofNewHost(
            ReceiverAddress address,
            AgentReceiver receiver,
            PinnedSite site,
            Credentials credentials,
            Map<String, String> labels,
            Pause pause)
            throws ReceiverException, RegistrationException, PkiException, InterruptedException {
        Candidate candidate = candidate();
        boolean accepted = false;
        try {
            Connection connection = decided(address, receiver, site, credentials, labels, pause, candidate);
            accepted = true;
            return connection;
        } finally {
            discardUnless(accepted, candidate);
        }
    }

    private Connection decided(
            ReceiverAddress address,
            AgentReceiver receiver,
            PinnedSite site,
            Credentials credentials,
            Map<String, String> labels,
            Pause pause,
            Candidate candidate)
            throws ReceiverException, RegistrationException, PkiException, InterruptedException {
        String rootCert =
                receiver.registerNew(credentials, new NewHostRequest(candidate.uuid(), candidate.csr(), labels));
        AgentReceiver recognised = site.recognisedBy(SiteTrust.pinnedTo(roots(address, rootCert), clock));
        RegistrationProgress progress = recognised.registrationProgress(credentials, candidate.uuid());
        while (progress instanceof RegistrationProgress.InProgress) {
            pause.last(BETWEEN_QUESTIONS);
            progress = recognised.registrationProgress(credentials, candidate.uuid());
        }
        if (progress instanceof RegistrationProgress.Success success) {
            return connection(address, candidate, rootCert, success.agentCert(), success.mode());
        }
        throw new RegistrationException(
                "the site " + address.siteId() + " declined this host: "
                        + ((RegistrationProgress.Declined) progress).reason(),
                null);
    }

    private Candidate candidate() throws PkiException {
        UUID uuid = UUID.randomUUID();
        StoredKey key = keyStorage.generate(keyType);
        return new Candidate(uuid, key, new CertificateRequest(key.keyPair(), uuid).toPem());
    }

    private static void discardUnless(boolean accepted, Candidate candidate) {
        if (!accepted) {
            try {
                KeyStorage.destroy(candidate.key().text());
            } catch (PkiException e) {
                LOG.warning(() -> "the private key of a registration that failed stays, " + e.getMessage()
                        + "; delete it with the token's own tools");
            }
        }
    }

    private static List<X509Certificate> roots(ReceiverAddress address, String rootCert) throws RegistrationException {
        try {
            return Pem.certificates(rootCert);
        } catch (PkiException e) {
            throw new RegistrationException(
                    "the site " + address.siteId() + " answered with a root certificate that cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    private Connection connection(
            ReceiverAddress address, Candidate candidate, String rootCert, String agentCert, ConnectionMode mode)
            throws RegistrationException, PkiException {
        try {
            Identity.of(candidate.key().keyPair().getPrivate(), Pem.certificates(agentCert))
                    .servableFor(candidate.uuid(), clock.instant());
        } catch (PkiException e) {
            throw new RegistrationException(
                    "the site " + address.siteId() + " answered with a certificate that cannot be used: "
                            + e.getMessage(),
                    e);
        }
        return Connection.registered(
                mode, address, candidate.uuid(), candidate.key().text(), agentCert, rootCert);
    }
}

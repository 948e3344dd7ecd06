package io.agentctl.renewal;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.pki.StoredKey;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Sites;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Renews one connection: a new key, a certificate for it that the site signs because the old key asks, and both in the registry in one
 * step.
 *
 * <p>The old pair works until the new one has replaced it, and after that as well: the site accepts any certificate that its agent
 * CA has signed for the UUID and that has not expired, and it remembers neither keys nor serial numbers. So if the machine dies
 * after the site has signed and before the registry is replaced, nothing is lost but the new certificate, and the next look renews again.
 *
 * @param registry where the connection is stored
 * @param sites how its site is reached
 * @param keyType the type of new keys; empty for that of the old key
 * @param keyStorage where new keys are kept; empty for where the old key is. The old key, and a new one that does not replace it, is
 *     destroyed where it is on a token
 * @param clock tells the time at which certificates must be valid
 */
public record Renewal(
        ConnectionRegistry registry,
        Sites sites,
        Optional<KeyType> keyType,
        Optional<KeyStorage> keyStorage,
        Clock clock) {

    /**
     * Keeps new keys where the old ones are.
     *
     * @param registry where the connection is stored
     * @param sites how its site is reached
     * @param keyType the type of new keys; empty for that of the old key
     * @param clock tells the time at which certificates must be valid
     */
    public Renewal(ConnectionRegistry registry, Sites sites, Optional<KeyType> keyType, Clock clock) {
        this(registry, sites, keyType, Optional.empty(), clock);
    }

    /**
     * Renews a connection.
     *
     * @param connection as it stands in the registry
     * @return the connection with its new key and certificate, which is stored
     * @throws RenewalException if it cannot be renewed, the answer cannot be used, or somebody else has changed the connection meanwhile
     * @throws ReceiverException if the site cannot be reached, refuses (403: not registered any more), or answers something else
     * @throws PkiException if the old key or certificate cannot be used, or a new key cannot be made
     * @throws RegistryException if the registry cannot be written, which is found out before the site is asked as far as it can be
     */
    public Connection renew(Connection connection)
            throws RenewalException, ReceiverException, PkiException, RegistryException {
        Renewed renewed = obtain(connection, registry::checkChangeable);
        if (!store(List.of(renewed)).contains(renewed.connection())) {
            throw overtaken(connection);
        }
        return renewed.connection();
    }

    /** What must hold before a site is asked. */
    interface Precondition {
        void check() throws RegistryException;
    }

    /**
     * Obtains a new key and a certificate for it, and stores neither.
     *
     * @param connection as it stands in the registry
     * @param precondition checked after what can be told of the connection alone
     * @return what is to be stored
     */
    Renewed obtain(Connection connection, Precondition precondition)
            throws RenewalException, ReceiverException, PkiException, RegistryException {
        if (connection.receiver().isEmpty()) {
            throw new RenewalException("connection " + connection.name()
                    + " was imported and cannot renew itself: run proxy-register again, and import what it prints");
        }
        Instant now = clock.instant();
        Identity old = connection.identity();
        if (RenewalWindow.of(old.certificate(), now) == RenewalWindow.EXPIRED) {
            throw new RenewalException("the certificate of connection " + connection.name() + " expired at "
                    + old.certificate().getNotAfter().toInstant()
                    + "; if this host's clock is right, " + reRegistration(connection));
        }
        precondition.check();
        StoredKey key = keyStorage
                .orElseGet(() -> KeyStorage.of(connection.privateKey()))
                .generate(keyType.orElseGet(
                        () -> KeyType.of(old.certificate().getPublicKey()).orElse(KeyType.EC_P256)));
        boolean obtained = false;
        try {
            String answer = sites.receiverOf(connection)
                    .renewCertificate(
                            connection.uuid(), new CertificateRequest(key.keyPair(), connection.uuid()).toPem());
            X509Certificate certificate = checked(connection, old, key.keyPair(), answer, now);
            obtained = true;
            return new Renewed(connection, connection.with(key.text(), answer), certificate);
        } finally {
            if (!obtained) {
                registry.discard(connection.with(key.text(), connection.certificate()));
            }
        }
    }

    /**
     * Stores what was obtained, in one step.
     *
     * @param renewals what was obtained
     * @return the connections that are stored. Of the others somebody else has changed what was renewed, and that stays: a
     *     registration that was made meanwhile is newer than what we asked for, and a deletion is meant
     * @throws RegistryException if the registry cannot be written; nothing is stored then
     */
    Set<Connection> store(List<Renewed> renewals) throws RegistryException {
        Map<Connection, Connection> exchanges =
                renewals.stream().collect(Collectors.toMap(Renewed::old, Renewed::connection));
        Set<Connection> stored = new HashSet<>();
        try {
            stored.addAll(registry.updateIfDifferent(present -> present.replacing(exchanges))
                    .connections());
            stored.retainAll(Set.copyOf(exchanges.values()));
            return stored;
        } finally {
            exchanges.values().stream()
                    .filter(connection -> !stored.contains(connection))
                    .forEach(registry::discard);
        }
    }

    /** What became of a renewal that {@link #store} left out. */
    static RenewalException overtaken(Connection connection) {
        return new RenewalException("connection " + connection.name()
                + " was changed while it was being renewed: what it was changed to stays");
    }

    /** Tells how to get a connection back that is beyond renewal. */
    static String reRegistration(Connection connection) {
        return connection
                .receiver()
                .map(receiver -> "register again with: " + receiver.registering())
                .orElse("run proxy-register again, and import what it prints");
    }

    private static X509Certificate checked(
            Connection connection, Identity old, KeyPair keyPair, String answer, Instant now) throws RenewalException {
        try {
            Identity renewed =
                    Identity.of(keyPair.getPrivate(), Pem.certificates(answer)).servableFor(connection.uuid(), now);
            Instant oldEnd = old.certificate().getNotAfter().toInstant();
            Instant newEnd = renewed.certificate().getNotAfter().toInstant();
            // Of the endless certificates a shorter one is what is wanted.
            if (newEnd.isBefore(oldEnd) && RenewalWindow.of(renewed.certificate(), now) != RenewalWindow.NOT_DUE) {
                throw new RenewalException("the new certificate of connection " + connection.name() + " ends at "
                        + newEnd + ", the old one at " + oldEnd + ": the old one stays");
            }
            return renewed.certificate();
        } catch (PkiException e) {
            throw new RenewalException(
                    "the new certificate of connection " + connection.name() + " cannot be used: " + e.getMessage(), e);
        }
    }
}

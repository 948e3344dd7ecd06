package io.agentctl.renewal;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Sites;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

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
 * @param clock tells the time at which certificates must be valid
 */
public record Renewal(ConnectionRegistry registry, Sites sites, Optional<KeyType> keyType, Clock clock) {

    /**
     * Renews a connection.
     *
     * @param connection as it stands in the registry
     * @return the connection with its new key and certificate, which is stored
     * @throws RenewalException if it cannot be renewed, the answer cannot be used, or somebody else has changed the connection meanwhile
     * @throws ReceiverException if the site cannot be reached, refuses (403: not registered any more), or answers something else
     * @throws PkiException if the old key or certificate cannot be used, or a new key cannot be made
     * @throws RegistryException if the registry cannot be written
     */
    public Connection renew(Connection connection)
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
        KeyPair keyPair = keyType.orElseGet(
                        () -> KeyType.of(old.certificate().getPublicKey()).orElse(KeyType.EC_P256))
                .generate();
        String answer = sites.receiverOf(connection)
                .renewCertificate(connection.uuid(), new CertificateRequest(keyPair, connection.uuid()).toPem());
        check(connection, old, keyPair, answer, now);
        return replace(connection, connection.with(Pem.of(keyPair.getPrivate()), answer));
    }

    /** Tells how to get a connection back that is beyond renewal. */
    static String reRegistration(Connection connection) {
        return connection
                .receiver()
                .map(receiver -> "register again with: register --server "
                        + receiver.siteId().server() + ":" + receiver.port() + " --site "
                        + receiver.siteId().site() + " --hostname HOST --user USER")
                .orElse("run proxy-register again, and import what it prints");
    }

    private static void check(Connection connection, Identity old, KeyPair keyPair, String answer, Instant now)
            throws RenewalException {
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
        } catch (PkiException e) {
            throw new RenewalException(
                    "the new certificate of connection " + connection.name() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** A registration that was made meanwhile is newer than what we asked for, and a deletion is meant. */
    private Connection replace(Connection old, Connection renewed) throws RegistryException, RenewalException {
        Registry changed = registry.update(present -> present.replacing(old, renewed));
        if (!changed.connections().contains(renewed)) {
            throw new RenewalException("connection " + old.name()
                    + " was changed while it was being renewed: what it was changed to stays");
        }
        return renewed;
    }
}

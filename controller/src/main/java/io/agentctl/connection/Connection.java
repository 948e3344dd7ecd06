package io.agentctl.connection;

import io.agentctl.pki.Identity;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.SiteTrust;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One registration with a site: how the output travels, where the site is, who we are there and which root we pinned. Its text
 * form never shows the key.
 *
 * @param kind pull, push or imported
 * @param receiver the site and its agent receiver; empty for an imported connection, whose site is not known
 * @param uuid the host's UUID at this site
 * @param privateKey our private key, PKCS#8 PEM and a secret, or where it is kept, see {@link KeyStorage}
 * @param certificate our certificate, PEM
 * @param rootCert the root certificates that the site handed out, PEM
 * @param unknownFields what else stood in the registry for this connection, kept as it was
 */
public record Connection(
        Kind kind,
        Optional<ReceiverAddress> receiver,
        UUID uuid,
        String privateKey,
        String certificate,
        String rootCert,
        Map<String, Object> unknownFields) {

    /** Which of the registry's three groups a connection stands in. */
    public enum Kind {
        /** The site's fetcher connects to us. */
        PULL("pull", ConnectionMode.PULL),
        /** We connect to the site. */
        PUSH("push", ConnectionMode.PUSH),
        /** Registered by proxy on another machine, then imported; pulled like any other. */
        PULL_IMPORTED("pull_imported", ConnectionMode.PULL);

        private final String group;
        private final ConnectionMode mode;

        Kind(String group, ConnectionMode mode) {
            this.group = group;
            this.mode = mode;
        }

        String group() {
            return group;
        }

        /** Returns who opens the TCP connection. */
        public ConnectionMode mode() {
            return mode;
        }

        static Kind of(ConnectionMode mode) {
            return mode == ConnectionMode.PUSH ? PUSH : PULL;
        }
    }

    /** @throws IllegalArgumentException if a registered connection has no agent receiver or an imported one has */
    public Connection {
        if (receiver.isEmpty() != (kind == Kind.PULL_IMPORTED)) {
            throw new IllegalArgumentException("connection " + uuid + " of kind " + kind
                    + (receiver.isEmpty() ? " names no agent receiver" : " names an agent receiver"));
        }
        unknownFields = Collections.unmodifiableMap(new LinkedHashMap<>(unknownFields));
    }

    /**
     * Makes the connection that a registration results in.
     *
     * @param mode what the site wants
     * @param receiver the site and its agent receiver
     * @param uuid the UUID that was registered
     * @param privateKey what stands for the private key; a secret
     * @param certificate PEM
     * @param rootCert PEM
     * @return the connection
     */
    public static Connection registered(
            ConnectionMode mode,
            ReceiverAddress receiver,
            UUID uuid,
            String privateKey,
            String certificate,
            String rootCert) {
        return new Connection(Kind.of(mode), Optional.of(receiver), uuid, privateKey, certificate, rootCert, Map.of());
    }

    /**
     * Moves to another agent receiver of the same site.
     *
     * @param address where it answers now
     * @return the connection, otherwise as it was
     */
    public Connection at(ReceiverAddress address) {
        return new Connection(kind, Optional.of(address), uuid, privateKey, certificate, rootCert, unknownFields);
    }

    /**
     * Exchanges who we are at this site.
     *
     * @param newPrivateKey what stands for the new private key; a secret
     * @param newCertificate for that key and this connection's UUID, PEM
     * @return the connection, otherwise as it was
     */
    public Connection with(String newPrivateKey, String newCertificate) {
        return new Connection(kind, receiver, uuid, newPrivateKey, newCertificate, rootCert, unknownFields);
    }

    /** Returns the site, unless the connection is imported. */
    public Optional<SiteId> siteId() {
        return receiver.map(ReceiverAddress::siteId);
    }

    /** Returns the name to call this connection by on the command line: {@code server/site}, or the UUID if it is imported. */
    public String name() {
        return siteId().map(SiteId::toString).orElseGet(uuid::toString);
    }

    /**
     * Tells whether a user's word means this connection.
     *
     * @param name {@code server/site} or a UUID
     * @return whether it is this one
     */
    public boolean isNamed(String name) {
        return siteId().map(SiteId::toString).filter(name::equals).isPresent()
                || uuid.toString().equalsIgnoreCase(name);
    }

    /**
     * Reads who we are at this site.
     *
     * @return key and certificate, checked to belong together and to this connection's UUID
     * @throws PkiException if they cannot be read or do not belong together
     */
    public Identity identity() throws PkiException {
        return Identity.stored(privateKey, certificate).issuedTo(uuid);
    }

    /** Returns what to say after the reason why this connection cannot be used: how to mend that, if the reason does not say it. */
    public String remedy() {
        return KeyStorage.isOnToken(privateKey) ? "" : "; register it again";
    }

    /**
     * Reads whom we trust as this site.
     *
     * @param clock tells when certificates must be valid
     * @return the decision, pinned to this connection's root certificates
     * @throws PkiException if the root certificates cannot be read
     */
    public SiteTrust trust(Clock clock) throws PkiException {
        return SiteTrust.pinnedTo(Pem.certificates(rootCert), clock);
    }

    /** Names the connection without its key. */
    @Override
    public String toString() {
        return "Connection[" + kind + " " + name() + ", uuid " + uuid + "]";
    }
}

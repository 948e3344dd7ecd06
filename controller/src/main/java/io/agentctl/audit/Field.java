package io.agentctl.audit;

import java.util.Locale;

/** What an event can tell. Their labels and their order are an interface, documented in {@code docs/audit.md}. */
public enum Field {
    /** When it was recorded: RFC 3339, in UTC. */
    TIME,
    /** What happened: a {@link AuditEvent.Kind}'s label. */
    EVENT,
    /** The connection's name: {@code server/site}, or its UUID if it is imported. */
    CONNECTION,
    /** The connection's UUID. */
    UUID,
    /** The puller's address: the true one, if a trusted proxy told it. */
    PEER,
    /** The puller's TCP port. */
    PEER_PORT,
    /** The trusted proxy's address. */
    PROXY,
    /** The common name in the certificate that the puller proved to hold. */
    PEER_NAME,
    /** That certificate's SHA-256 fingerprint. */
    PEER_CERTIFICATE,
    /** The version of TLS. */
    TLS,
    /** The cipher suite, by its IANA name. */
    CIPHER,
    /** Bytes of agent output. */
    OUTPUT_BYTES,
    /** Bytes sent inside TLS, compressed. */
    SENT_BYTES,
    /** Milliseconds from the puller's arrival to the end. */
    MILLIS,
    /** Why not, as a {@link Cause}'s label. */
    CAUSE,
    /** Why not, in words. */
    REASON,
    /** Who opens the TCP connection: {@code pull-agent} or {@code push-agent}. */
    MODE,
    /** Our certificate's SHA-256 fingerprint. */
    CERTIFICATE,
    /** The fingerprint of the certificate that it replaces. */
    REPLACED_CERTIFICATE,
    /** The type of our key. */
    KEY_TYPE,
    /** When our certificate starts. */
    NOT_BEFORE,
    /** When our certificate ends. */
    NOT_AFTER,
    /** Where the port listens. */
    LISTEN,
    /** When what failed is tried again. */
    NEXT_TRY,
    /** How many events of a cause were not recorded. */
    COUNT,
    /** Our version. */
    VERSION;

    /** Returns the key in the JSON object. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

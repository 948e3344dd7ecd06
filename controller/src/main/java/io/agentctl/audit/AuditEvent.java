package io.agentctl.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something that was decided; immutable.
 *
 * @param kind what
 * @param fields the facts: texts and whole numbers
 */
public record AuditEvent(Kind kind, Map<Field, Object> fields) {

    /** What can be decided. Their labels are an interface, documented in {@code docs/audit.md}. */
    public enum Kind {
        /** A puller got the whole output. */
        SERVED,
        /** A puller got nothing. */
        REFUSED,
        /** A puller who may have the output got none, or a part. */
        FAILED,
        /** As many events of one cause came that not all were recorded. */
        SUPPRESSED,
        /** A site knows this host from now on. */
        REGISTERED,
        /** A connection was taken over that was registered by proxy. */
        IMPORTED,
        /** A connection has a new key and certificate. */
        RENEWED,
        /** A connection was to be renewed, and was not. */
        RENEWAL_FAILED,
        /** A connection was deleted. */
        DELETED,
        /** The output was pushed. */
        PUSHED,
        /** The output was to be pushed, and was not. */
        PUSH_FAILED,
        /** The port opened for registered sites. */
        PORT_OPENED,
        /** The port opened for everyone, in the clear. */
        LEGACY_PULL_OPENED,
        /** The port closed. */
        PORT_CLOSED,
        /** The service started. */
        STARTED,
        /** The service took other settings. */
        RELOADED,
        /** The service ended. */
        STOPPED;

        /** Returns the value in the JSON object. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Copies what it is given. */
    public AuditEvent {
        Map<Field, Object> copy = new EnumMap<>(Field.class);
        copy.putAll(fields);
        fields = Collections.unmodifiableMap(copy);
    }

    /**
     * Makes an event of which nothing more is to be told yet.
     *
     * @param kind what
     */
    public static AuditEvent of(Kind kind) {
        return new AuditEvent(kind, Map.of());
    }

    /**
     * Tells more.
     *
     * @param field what of
     * @param value a text or a whole number
     * @return the event with that
     */
    public AuditEvent with(Field field, Object value) {
        Map<Field, Object> more = new EnumMap<>(Field.class);
        more.putAll(fields);
        more.put(field, value);
        return new AuditEvent(kind, more);
    }

    /**
     * Tells more, if there is more to tell.
     *
     * @param field what of
     * @param value a text or a whole number
     * @return the event with that
     */
    public AuditEvent with(Field field, Optional<?> value) {
        return value.isPresent() ? with(field, value.get()) : this;
    }

    /**
     * Tells why not.
     *
     * @param cause the reason in general
     * @param reason the reason in words
     * @return the event with that
     */
    public AuditEvent because(Cause cause, String reason) {
        return with(Field.CAUSE, cause.label()).with(Field.REASON, reason);
    }
}

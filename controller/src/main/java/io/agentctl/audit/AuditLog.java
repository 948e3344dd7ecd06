package io.agentctl.audit;

/** Takes what is to be accounted for. Thread-safe, and never in the way: whoever records goes on whatever becomes of it. */
@FunctionalInterface
public interface AuditLog {
    /** Nobody wants to know. */
    AuditLog NONE = event -> {};

    /**
     * Tells two.
     *
     * @param one is told first
     * @param other is told then
     * @return what tells both
     */
    static AuditLog both(AuditLog one, AuditLog other) {
        return new AuditLog() {
            @Override
            public boolean isWanted() {
                return one.isWanted() || other.isWanted();
            }

            @Override
            public void record(AuditEvent event) {
                one.record(event);
                other.record(event);
            }
        };
    }

    /** Returns whether anybody wants to know: what is costly to tell need not be found out otherwise. */
    default boolean isWanted() {
        return this != NONE;
    }

    /**
     * Records an event.
     *
     * @param event what was decided
     */
    void record(AuditEvent event);
}

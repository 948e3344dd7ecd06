package io.agentctl.audit;

/** Takes what is to be accounted for. Thread-safe, and never in the way: whoever records goes on whatever becomes of it. */
@FunctionalInterface
public interface AuditLog {
    /** Nobody wants to know. */
    AuditLog NONE = event -> {};

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

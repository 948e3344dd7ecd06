package io.agentctl.status;

import io.agentctl.activity.LiveState;

/** What the service of this home says of itself. */
public sealed interface Service {
    /** Nobody wants to know. */
    record NotAsked() implements Service {}

    /** There is none. */
    record NotRunning() implements Service {}

    /**
     * It cannot be asked.
     *
     * @param error why not, in words
     */
    record Silent(String error) implements Service {}

    /**
     * It runs.
     *
     * @param state what it does
     */
    record Running(LiveState state) implements Service {}
}

package io.agentctl.status;

import io.agentctl.receiver.RegistrationStatus;

/** What the site says of a connection, as far as it was asked. */
sealed interface RemoteStatus {

    /**
     * The site answered.
     *
     * @param status its answer
     */
    record Answered(RegistrationStatus status) implements RemoteStatus {}

    /**
     * The site did not answer, or something else.
     *
     * @param error why, one line
     */
    record Failed(String error) implements RemoteStatus {}

    /** Nobody wanted to know. */
    record NotAsked() implements RemoteStatus {}

    /** The connection was imported: which site it belongs to is not known. */
    record Imported() implements RemoteStatus {}
}

package io.agentctl.receiver;

import io.agentctl.connection.ConnectionMode;

/** How far a site is with a host that it did not know. */
public sealed interface RegistrationProgress {

    /** It has not decided yet: ask again in 20 seconds. */
    record InProgress() implements RegistrationProgress {}

    /**
     * It does not want the host.
     *
     * @param reason why, in the site's words, on one line
     */
    record Declined(String reason) implements RegistrationProgress {}

    /**
     * The host is registered.
     *
     * @param agentCert the new certificate, PEM
     * @param mode who shall open the TCP connection
     */
    record Success(String agentCert, ConnectionMode mode) implements RegistrationProgress {}
}

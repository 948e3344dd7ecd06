package io.agentctl.receiver;

import io.agentctl.connection.ConnectionMode;

/** What a site knows of a connection. */
public sealed interface RegistrationStatus {

    /** Nothing: it never existed there, or the host was removed. */
    record NotRegistered() implements RegistrationStatus {}

    /**
     * The connection belongs to a host.
     *
     * @param hostName the host's name in the site's configuration
     * @param mode who shall open the TCP connection
     */
    record Registered(String hostName, ConnectionMode mode) implements RegistrationStatus {}
}

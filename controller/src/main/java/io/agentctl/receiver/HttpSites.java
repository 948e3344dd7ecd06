package io.agentctl.receiver;

import io.agentctl.connection.Connection;
import io.agentctl.connection.TrustRules;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PkiException;
import java.time.Clock;
import java.util.Optional;

/**
 * Reaches sites over HTTPS.
 *
 * @param proxies what stands in between
 * @param timeouts how long a call may take
 * @param rules whom to trust, and how TLS is spoken
 */
public record HttpSites(ProxyEnvironment proxies, Timeouts timeouts, TrustRules rules) implements Sites {

    /**
     * Trusts as registrations say, and no otherwise.
     *
     * @param proxies what stands in between
     * @param timeouts how long a call may take
     * @param clock tells when certificates must be valid
     */
    public HttpSites(ProxyEnvironment proxies, Timeouts timeouts, Clock clock) {
        this(proxies, timeouts, TrustRules.at(clock));
    }

    @Override
    public HttpAgentReceiver receiverOf(Connection connection) throws PkiException {
        return new HttpAgentReceiver(
                connection.receiver().orElseThrow(),
                rules.of(connection),
                Optional.of(connection.identity()),
                proxies,
                timeouts,
                rules.tls());
    }
}

package io.agentctl.receiver;

import io.agentctl.connection.Connection;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PkiException;
import java.time.Clock;
import java.util.Optional;

/**
 * Reaches sites over HTTPS.
 *
 * @param proxies what stands in between
 * @param timeouts how long a call may take
 * @param clock tells when certificates must be valid
 */
public record HttpSites(ProxyEnvironment proxies, Timeouts timeouts, Clock clock) implements Sites {

    @Override
    public HttpAgentReceiver receiverOf(Connection connection) throws PkiException {
        return new HttpAgentReceiver(
                connection.receiver().orElseThrow(),
                connection.trust(clock),
                Optional.of(connection.identity()),
                proxies,
                timeouts);
    }
}

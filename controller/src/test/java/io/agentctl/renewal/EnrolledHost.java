package io.agentctl.renewal;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.SimulatedSite;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Connections of a host that is registered at a simulated site, with a certificate of a chosen life. */
public final class EnrolledHost {
    private EnrolledHost() {}

    /** One that is pulled. */
    public static Connection at(SimulatedSite site, Instant start, Instant end) {
        return at(site, ConnectionMode.PULL, TestKeys.ec(), start, end);
    }

    static Connection at(SimulatedSite site, ConnectionMode mode, KeyPair key, Instant start, Instant end) {
        UUID uuid = UUID.randomUUID();
        site.roster().register(uuid, "web1", mode);
        Issued issued =
                site.agentCa().issue(uuid.toString()).key(key).valid(start, end).mint();
        return Connection.registered(
                mode,
                site.address(),
                uuid,
                issued.privateKeyPem(),
                issued.certificatePem(),
                site.ca().pem());
    }

    /** As if it had been registered by proxy. */
    public static Connection imported(Connection registered) {
        return new Connection(
                Connection.Kind.PULL_IMPORTED,
                Optional.empty(),
                registered.uuid(),
                registered.privateKey(),
                registered.certificate(),
                registered.rootCert(),
                Map.of());
    }
}

package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every combination of connections and marker. */
class PullPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "false, false, false,    false,  INACTIVE",
        "false, false, false,    true,   LEGACY",
        "false, false, true,     false,  TLS",
        "false, false, true,     true,   TLS",
        "false, true,  false,    false,  TLS",
        "false, true,  false,    true,   TLS",
        "false, true,  true,     false,  TLS",
        "false, true,  true,     true,   TLS",
        "true,  false, false,    false,  INACTIVE",
        "true,  false, false,    true,   INACTIVE",
        "true,  false, true,     false,  TLS",
        "true,  false, true,     true,   TLS",
        "true,  true,  false,    false,  TLS",
        "true,  true,  false,    true,   TLS",
        "true,  true,  true,     false,  TLS",
        "true,  true,  true,     true,   TLS",
    })
    void decidesWhatAPullerMeets(boolean push, boolean pull, boolean imported, boolean marker, PullPolicy.Mode mode) {
        List<Connection> connections = new ArrayList<>();
        if (push) {
            connections.add(connection(Kind.PUSH, Optional.of("h/push")));
        }
        if (pull) {
            connections.add(connection(Kind.PULL, Optional.of("h/pull")));
        }
        if (imported) {
            connections.add(connection(Kind.PULL_IMPORTED, Optional.empty()));
        }

        assertThat(new PullPolicy(new Registry(connections, Map.of()), marker).mode())
                .isEqualTo(mode);
    }

    private static Connection connection(Kind kind, Optional<String> site) {
        return new Connection(
                kind,
                site.map(SiteId::parse).map(siteId -> new ReceiverAddress(siteId, 8000)),
                UUID.randomUUID(),
                "K",
                "C",
                "R",
                Map.of());
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.fails;
import static io.agentctl.agent.ScriptedAgent.says;
import static io.agentctl.agent.ScriptedAgent.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.PullPolicy;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The port without TLS, and the closed port. */
class LegacyPullTest {
    private static final String OUTPUT = "<<<check_mk>>>\nVersion: 1.0\n";

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void servesTheRawOutput() throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT));
        try (PullHost host = new PullHost(agent).servingLegacy();
                Socket puller = host.connect()) {
            assertThat(allOf(puller)).isEqualTo(OUTPUT);
            assertThat(agent.requesters())
                    .singleElement()
                    .satisfies(requester -> assertThat(requester.address()).contains(host.puller()));
        }
    }

    @Test
    void resetsAFailedPull() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT), waitsFor(seen), fails("broken"));
        try (PullHost host = new PullHost(agent).servingLegacy();
                Socket puller = host.connect()) {
            assertThat(puller.getInputStream().readNBytes(OUTPUT.length())).hasSize(OUTPUT.length());
            seen.complete(null);

            assertThatThrownBy(() -> allOf(puller))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void aConnectionOutweighsTheMarker() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT));
        try (PullHost host = new PullHost(agent)) {
            host.server().apply(new PullPolicy(PullHost.registry(connection), true));

            assertThat(site.fetcher(connection.uuid()).pull(host.address()).isComplete())
                    .isTrue();
        }
    }

    @Test
    void aRegistrationEndsLegacyPullOnTheSamePort() throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = new PullHost(ScriptedAgent.that(says(OUTPUT))).servingLegacy()) {
            InetSocketAddress before = host.address();
            host.serving(connection);

            assertThat(host.address()).isEqualTo(before);
            assertThat(site.fetcher(connection.uuid()).pull(before).isComplete())
                    .isTrue();
        }
    }

    @Test
    void isClosedWithoutPullConnection() throws Exception {
        Connection pulled = site.enroll("web1", ConnectionMode.PULL);
        Connection pushed = site.enroll("web2", ConnectionMode.PUSH);
        try (PullHost host = new PullHost(ScriptedAgent.that(says(OUTPUT)))) {
            assertThat(host.server().port()).isEqualTo(OptionalInt.empty());
            host.serving(pulled);
            InetSocketAddress address = host.address();

            host.server().apply(new PullPolicy(PullHost.registry(pushed), true));

            assertThat(host.server().port()).isEqualTo(OptionalInt.empty());
            Eventually.becomes("the port is closed", () -> PullHost.isClosed(address));

            host.serving(pulled, pushed);

            assertThat(site.fetcher(pulled.uuid()).pull(host.address()).isComplete())
                    .isTrue();
        }
    }

    private static String allOf(Socket puller) throws IOException {
        return new String(puller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

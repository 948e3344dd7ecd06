package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static io.agentctl.agent.ScriptedAgent.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registration, renewal, deletion and the daemon's end while a pull is in flight. */
@OnEveryTlsStack
class PolicyChangeTest {
    @Parameter
    private TlsStack tls;

    private static final String FIRST = "<<<check_mk>>>\n";
    private static final String SECOND = "<<<df>>>\n";

    private final CompletableFuture<Void> go = new CompletableFuture<>();
    private final ScriptedAgent agent = ScriptedAgent.that(says(FIRST), waitsFor(go), says(SECOND));
    private SimulatedSite site;
    private Connection connection;
    private Fetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
        connection = site.enroll("web1", ConnectionMode.PULL);
        fetcher = site.fetcher(connection.uuid());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aNewKeyDoesNotTouchThePullInFlight() throws Exception {
        try (PullHost host = new PullHost(tls, agent).serving(connection);
                Fetching inFlight = fetcher.open(host.address())) {
            inFlight.awaitPayload(FIRST.length());
            Connection renewed = site.enroll("web1", ConnectionMode.PULL, connection.uuid(), TestKeys.ec());
            host.serving(renewed);
            go.complete(null);

            assertWhole(inFlight.finish(), connection);
            assertWhole(fetcher.pull(host.address()), renewed);
        }
    }

    @Test
    void aPullInFlightOutlivesItsConnection() throws Exception {
        try (PullHost host = new PullHost(tls, agent).serving(connection);
                Fetching inFlight = fetcher.open(host.address())) {
            inFlight.awaitPayload(FIRST.length());
            InetSocketAddress address = host.address();
            host.serving();
            Eventually.becomes("the port is closed", () -> PullHost.isClosed(address));
            go.complete(null);

            assertWhole(inFlight.finish(), connection);
        }
    }

    @Test
    void aDeletedConnectionIsUnknownAtOnce() throws Exception {
        Connection other = site.enroll("web2", ConnectionMode.PULL);
        go.complete(null);
        try (PullHost host = new PullHost(tls, agent).serving(connection, other)) {
            assertWhole(fetcher.pull(host.address()), connection);
            host.serving(other);

            assertThat(fetcher.pull(host.address()).detail()).contains("unrecognized_name");
        }
    }

    @Test
    void anotherRootTakesEffectAtOnce() throws Exception {
        go.complete(null);
        try (SimulatedSite moved = new SimulatedSite("prod", PullHost.CLOCK);
                PullHost host = new PullHost(tls, agent).serving(connection)) {
            assertWhole(fetcher.pull(host.address()), connection);
            host.serving(new Connection(
                    connection.kind(),
                    connection.receiver(),
                    connection.uuid(),
                    connection.privateKey(),
                    connection.certificate(),
                    moved.ca().pem(),
                    connection.unknownFields()));

            assertThat(fetcher.pull(host.address()).end()).isEqualTo(Pull.End.TLS_FAILURE);
            assertWhole(fetcher.as(moved.certificate()).pull(host.address()), connection);
        }
    }

    @Test
    void stopDoesNotWaitForStrangers() throws Exception {
        PullHost host = new PullHost(tls, agent).serving(connection);
        try (Socket silent =
                new Socket(host.address().getAddress(), host.address().getPort())) {
            // The announcement: by then the server knows of this connection.
            assertThat(silent.getInputStream().readNBytes(2)).hasSize(2);

            assertThat(stop(host, Duration.ofDays(1))).succeedsWithin(Duration.ofSeconds(60));

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        host.log().close();
    }

    @Test
    void stopLetsPullsInFlightEnd() throws Exception {
        PullHost host = new PullHost(tls, agent).serving(connection);
        InetSocketAddress address = host.address();
        try (Fetching inFlight = fetcher.open(address)) {
            inFlight.awaitPayload(FIRST.length());
            CompletableFuture<Void> stopping = stop(host, Duration.ofSeconds(60));
            Eventually.becomes("the port is closed", () -> PullHost.isClosed(address));
            assertThat(stopping).isNotDone();
            go.complete(null);

            assertWhole(inFlight.finish(), connection);
            stopping.get();
        }
        host.log().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void stopResetsPullsThatDoNotEnd(int compression) throws Exception {
        PullHost host = new PullHost(tls, agent, PullHost.compressing(compression)).serving(connection);
        try (Fetching inFlight = fetcher.open(host.address())) {
            inFlight.awaitPayload(FIRST.length());
            stop(host, Duration.ofMillis(50)).get();

            Pull pull = inFlight.finish();
            assertThat(pull.end()).isEqualTo(Pull.End.RESET);
            assertThat(pull.whole()).isFalse();
            Eventually.becomes("the agent's run is ended", () -> agent.closedRuns() == 1);
        }
        host.log().close();
    }

    @Test
    void stopResetsLegacyPullsThatDoNotEnd() throws Exception {
        PullHost host = new PullHost(tls, agent).servingLegacy();
        try (Socket puller = host.connect()) {
            assertThat(puller.getInputStream().readNBytes(FIRST.length())).hasSize(FIRST.length());
            stop(host, Duration.ofMillis(50)).get();

            assertThatThrownBy(() -> puller.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
        host.log().close();
    }

    private static CompletableFuture<Void> stop(PullHost host, Duration patience) {
        return CompletableFuture.runAsync(() -> {
            try {
                host.server().stop(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void assertWhole(Pull pull, Connection by) throws Exception {
        assertThat(pull.payload()).isEqualTo(FIRST + SECOND);
        assertThat(pull.isComplete()).isTrue();
        assertThat(pull.tls().orElseThrow().agent()).isEqualTo(by.identity().certificate());
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.fails;
import static io.agentctl.agent.ScriptedAgent.says;
import static io.agentctl.agent.ScriptedAgent.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents that fail, and pullers that go away: half an output never looks whole. */
@OnEveryTlsStack
class AgentFailureTest {
    @Parameter
    private TlsStack tls;

    private static final String FIRST = "<<<check_mk>>>\n";

    private SimulatedSite site;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
        connection = site.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void sendsNothingWhenTheAgentCannotBeReached() throws Exception {
        AgentSource absent = AgentSource.parse("unix:/nonexistent/agent.socket", Duration.ofSeconds(1));
        try (PullHost host = new PullHost(tls, absent).serving(connection)) {
            assertEmpty(
                    host,
                    "WARNING pull of localhost/prod by %s: the agent at unix:/nonexistent/agent.socket cannot be reached: ");
        }
    }

    @Test
    void sendsNothingWhenTheAgentFailsBeforeItsFirstByte() throws Exception {
        try (PullHost host = new PullHost(tls, ScriptedAgent.that(fails("no disk"))).serving(connection)) {
            assertEmpty(host, "WARNING pull of localhost/prod by %s: no disk");
        }
    }

    @Test
    void sendsNothingWhenTheAgentWritesNothing() throws Exception {
        try (PullHost host = new PullHost(tls, ScriptedAgent.that()).serving(connection)) {
            assertEmpty(
                    host, "WARNING pull of localhost/prod by %s: the agent at script: ended without writing anything");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0", "TLSv1.2, 1", "TLSv1.3, 0", "TLSv1.3, 1"})
    void resetsWhenTheAgentFailsLater(String protocol, int compression) throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ScriptedAgent agent = ScriptedAgent.that(says(FIRST), waitsFor(seen), fails("no disk"));
        try (PullHost host = new PullHost(tls, agent, PullHost.compressing(compression)).serving(connection);
                Fetching fetching = host.here(site.fetcher(connection.uuid()).speaking(protocol))
                        .open(host.address())) {
            assertThat(fetching.awaitPayload(FIRST.length())).isEqualTo(FIRST);
            seen.complete(null);

            Pull pull = fetching.finish();
            assertThat(pull.end()).isEqualTo(Pull.End.RESET);
            assertThat(pull.whole()).isFalse();
            assertThat(pull.payload()).isEqualTo(FIRST);
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .containsExactly(
                            "WARNING pull of localhost/prod by " + host.puller().getHostAddress() + ": no disk");
            assertThat(agent.closedRuns()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void neverLooksWholeHoweverSoonTheAgentFails(int compression) throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says(FIRST), says("x".repeat(100_000)), fails("no disk"));
        try (PullHost host = new PullHost(tls, agent, PullHost.compressing(compression)).serving(connection)) {
            for (int i = 0; i < 20; i++) {
                Pull pull = site.fetcher(connection.uuid()).pull(host.address());

                assertThat(pull.end()).isEqualTo(Pull.End.RESET);
                assertThat(pull.isComplete()).isFalse();
            }
        }
    }

    @Test
    void survivesAnAgentThatIsBroken() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ScriptedAgent agent = ScriptedAgent.that(says(FIRST), waitsFor(seen), closed -> {
            throw new IllegalStateException("a defect of an agent source");
        });
        try (PullHost host = new PullHost(tls, agent).serving(connection);
                Fetching fetching = host.here(site.fetcher(connection.uuid())).open(host.address())) {
            fetching.awaitPayload(FIRST.length());
            seen.complete(null);

            assertThat(fetching.finish().end()).isEqualTo(Pull.End.RESET);
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line)
                                    .startsWith("SEVERE pull of localhost/prod by ")
                                    .endsWith(
                                            ": unexpected failure: java.lang.IllegalStateException: a defect of an agent source"));
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void endsTheAgentsRunWhenThePullerGoesAway(String protocol) throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says(FIRST), waitsFor(new CompletableFuture<>()));
        try (PullHost host = new PullHost(tls, agent).serving(connection)) {
            try (Fetching fetching = host.here(site.fetcher(connection.uuid()).speaking(protocol))
                    .open(host.address())) {
                assertThat(fetching.awaitPayload(FIRST.length())).isEqualTo(FIRST);
                assertThat(agent.closedRuns()).isZero();
            }

            Eventually.becomes("the run is closed", () -> agent.closedRuns() == 1);
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .matches("INFO pull of localhost/prod by "
                                    + host.puller().getHostAddress() + ": the puller went away after [0-9]+ bytes"));
        }
    }

    @Test
    void endsTheAgentsRunWhenThePullerGoesAwayBeforeTheFirstByte() throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(waitsFor(new CompletableFuture<>()));
        try (PullHost host = new PullHost(tls, agent).serving(connection)) {
            try (Fetching fetching = site.fetcher(connection.uuid()).open(host.address())) {
                fetching.handshake();
                Eventually.becomes("the agent runs", () -> agent.runs() == 1);
            }

            Eventually.becomes("the run is closed", () -> agent.closedRuns() == 1);
        }
    }

    private void assertEmpty(PullHost host, String logged) throws Exception {
        Pull pull = host.here(site.fetcher(connection.uuid())).pull(host.address());

        assertThat(pull.tls()).isPresent();
        assertThat(pull.header()).isEmpty();
        assertThat(pull.end()).isEqualTo(Pull.End.CLOSE_NOTIFY);
        Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith(String.format(logged, host.puller().getHostAddress())));
    }
}

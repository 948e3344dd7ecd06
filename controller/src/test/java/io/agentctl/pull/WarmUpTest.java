package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.connection.TrustRules;
import io.agentctl.site.SimulatedSite;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Practice before the first pull: it is bounded, waits for real ones, and shows nowhere. */
@OnEveryTlsStack
class WarmUpTest {
    @Parameter
    private TlsStack tls;

    @BeforeEach
    void checkStack() {
        tls.obstacle().ifPresent(obstacle -> Assumptions.abort(tls.label() + " cannot be used here: " + obstacle));
    }

    @Test
    void practisesWholePullsAndTellsNobody() throws Exception {
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK);
                PullLog log = new PullLog("127.0.0.1")) {
            WarmUp warmUp = warmUp(() -> false, site.enroll("web1", ConnectionMode.PULL));
            warmUp.run();

            assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
            assertThat(log.lines()).noneMatch(line -> line.contains("practice"));
        }
    }

    /** Whatever the connections are like, of which it uses the root alone. */
    @Test
    void doesWithoutTheSitesSignature() {
        Connection unusable = Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(new SiteId("h", "s"), 8000),
                UUID.randomUUID(),
                "no key",
                "no certificate",
                "no root");
        WarmUp warmUp = warmUp(() -> false, unusable);
        warmUp.run();

        assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
    }

    @Test
    void waitsWhileSomebodyIsServed() {
        AtomicInteger asked = new AtomicInteger();
        WarmUp warmUp = warmUp(() -> asked.incrementAndGet() % 30 == 0);
        warmUp.run();

        assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
        assertThat(asked).hasValueGreaterThan(WarmUp.PULLS);
    }

    @Test
    void endsWhenTheServerDoes() {
        WarmUp[] warmUp = new WarmUp[1];
        AtomicInteger asked = new AtomicInteger();
        warmUp[0] = warmUp(() -> {
            if (asked.incrementAndGet() == 10) {
                warmUp[0].stop();
            }
            return false;
        });
        warmUp[0].run();

        assertThat(warmUp[0].done()).isEqualTo(10);
    }

    private WarmUp warmUp(BooleanSupplier wanted, Connection... pulled) {
        return new WarmUp(tls, PullHost.SETTINGS, TrustRules.at(PullHost.CLOCK), wanted, List.of(pulled));
    }

    @Test
    void comesAfterThePortAndRunsNoAgent() throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK)) {
            Connection connection = site.enroll("web1", ConnectionMode.PULL);
            try (PullHost host = new PullHost(tls, agent, PullHost.warmingUp()).serving(connection)) {
                Eventually.becomes("practice is over", () -> host.server().practised() == WarmUp.PULLS);
                assertThat(agent.runs()).isZero();

                assertThat(site.fetcher(connection.uuid()).pull(host.address()).isComplete())
                        .isTrue();
                assertThat(agent.runs()).isEqualTo(1);
            }
        }
    }

    @Test
    void isNotForEverybody() throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK)) {
            Connection connection = site.enroll("web1", ConnectionMode.PULL);
            try (PullHost host = new PullHost(tls, agent).serving(connection);
                    PullHost legacy = new PullHost(agent, PullHost.warmingUp()).servingLegacy()) {
                assertThat(site.fetcher(connection.uuid()).pull(host.address()).isComplete())
                        .isTrue();
                assertThat(host.server().practised()).isZero();
                // There is no TLS to practise.
                assertThat(legacy.server().practised()).isZero();
            }
        }
    }
}

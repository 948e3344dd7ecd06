package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.ThreadLog;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.site.SimulatedSite;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Practice before the first pull: it is bounded, gives way, and shows nowhere. */
@OnEveryTlsStack
class WarmUpTest {
    @Parameter
    private TlsStack tls;

    @BeforeEach
    void checkStack() {
        tls.obstacle().ifPresent(obstacle -> Assumptions.abort(tls.label() + " cannot be used here: " + obstacle));
    }

    @Test
    void practisesWholePullsAndTellsNobody() {
        PullLog log = new PullLog("practice");
        try {
            WarmUp warmUp = new WarmUp(tls, PullHost.SETTINGS, PullHost.CLOCK, () -> false);
            warmUp.run();

            assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
            assertThat(log.lines()).isEmpty();
        } finally {
            log.close();
        }
    }

    @Test
    void dropsWhatItIsAtWhenSomebodyConnects() {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger givenWay = new AtomicInteger();
        WarmUp warmUp = new WarmUp(tls, PullHost.SETTINGS, PullHost.CLOCK, () -> {
            boolean wanted = asked.incrementAndGet() % 100 == 0;
            if (wanted) {
                givenWay.incrementAndGet();
            }
            return wanted;
        });
        warmUp.run();

        assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
        assertThat(givenWay).hasPositiveValue();
    }

    @Test
    void endsWhenTheServerDoes() {
        WarmUp[] warmUp = new WarmUp[1];
        AtomicInteger asked = new AtomicInteger();
        warmUp[0] = new WarmUp(tls, PullHost.SETTINGS, PullHost.CLOCK, () -> {
            if (asked.incrementAndGet() == 100) {
                warmUp[0].stop();
            }
            return false;
        });
        warmUp[0].run();

        assertThat(asked).hasValueLessThan(110);
        assertThat(warmUp[0].done()).isLessThan(WarmUp.PULLS);
    }

    /** Not even where it gives way in the middle of a handshake or a payload. */
    @Test
    void isHeardByNobody() {
        try (ThreadLog log = ThreadLog.of("io.agentctl.pull", Thread.currentThread())) {
            AtomicInteger asked = new AtomicInteger();
            WarmUp warmUp = new WarmUp(tls, PullHost.SETTINGS, PullHost.CLOCK, () -> {
                int count = asked.incrementAndGet();
                return count < 100 && count % 9 == 0;
            });
            warmUp.run();

            assertThat(warmUp.done()).isEqualTo(WarmUp.PULLS);
            assertThat(log.lines()).isEmpty();
        }
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

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.fails;
import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** A puller that reads nothing stops the agent, and does not fill the controller's memory. */
@OnEveryTlsStack
class BackPressureTest {
    @Parameter
    private TlsStack tls;

    private static final String PIECE = "0123456789abcdef".repeat(4096);

    /** What the kernel keeps for a connection at the most, on both sides and with much to spare. */
    private static final long KERNEL_BUFFERS = 64L * 1024 * 1024;

    @Test
    void doesNotReadAheadOfAPullerThatDoesNotRead() throws Exception {
        AtomicLong offered = new AtomicLong();
        // Endless as far as a sound server can tell; one that reads on and on shall not take the other tests with it.
        ScriptedAgent endless = ScriptedAgent.endlessly(closed -> (offered.addAndGet(PIECE.length()) < KERNEL_BUFFERS
                        ? says(PIECE)
                        : fails("read too far ahead"))
                .play(closed));
        PullSettings settings = new PullSettings(PullHost.SETTINGS.door(), Duration.ofSeconds(3), 0, false);
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK)) {
            Connection connection = site.enroll("web1", ConnectionMode.PULL);
            try (PullHost host = new PullHost(tls, endless, settings).serving(connection);
                    Fetching idle = opened(host, host.here(site.fetcher(connection.uuid())))) {

                Eventually.becomes("the run is closed", () -> endless.closedRuns() == 1);

                assertThat(offered).hasValueLessThan(KERNEL_BUFFERS);
                String logged = "WARNING pull of localhost/prod by "
                        + host.puller().getHostAddress() + ": the puller has not taken anything for 3 s";
                Eventually.becomes("it is logged", () -> host.log().lines().contains(logged));
                assertThat(idle.finish().end()).isEqualTo(Pull.End.RESET);
            }
        }
    }

    /** A handshake on a busy machine may itself take longer than this test's short time-out; then another try. */
    private static Fetching opened(PullHost host, Fetcher fetcher) throws IOException {
        while (true) {
            Fetching fetching = fetcher.open(host.address());
            if (!fetching.awaitPayload(1).isEmpty()) {
                return fetching;
            }
            fetching.close();
        }
    }
}

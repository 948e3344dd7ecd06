package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the site gets when the agent fails: never something that looks whole. And the daemon serves on. */
class DaemonAgentsTest {
    private static final String BEGIN = "<<<check_mk>>>\n";
    private static final String MUCH = "<<<check_mk>>>\nVersion: 2.3.0\n".repeat(20_000);

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;
    private int port;
    private RunningController daemon;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        if (daemon != null) {
            daemon.close();
        }
        host.close();
    }

    @Test
    void survivesAgentsThatFail() throws Exception {
        host.controller().configured("agent_timeout = 1");
        startDaemon();
        for (String output : new String[] {"", BEGIN, MUCH}) {
            host.agent().becomes(Behaviour.breaksOffAfter(output));
            assertThatNothingLooksWhole();
            host.agent().becomes(Behaviour.stallsAfter(output));
            assertThatNothingLooksWhole();
        }
        host.agent().becomes(Behaviour.says(""));
        assertThatNothingLooksWhole();
        // The last of them may still be on its way from the daemon to us.
        Eventually.becomes(
                "all seven failures are logged",
                () -> daemon.countOnStderr(" WARN pull: pull of localhost/prod by 127.0.0.1: the agent at unix:") >= 7);

        host.agent().becomes(Behaviour.says(MonitoredHost.OUTPUT));
        assertThat(pull().payload()).isEqualTo(MonitoredHost.OUTPUT);
        assertThat(daemon.countOnStderr(" WARN pull: ")).isEqualTo(7);
        assertThat(host.agent().requesters()).contains("127.0.0.1").doesNotContain("");
    }

    @Test
    void survivesAnAgentThatIsMissing() throws Exception {
        host.agent().close();
        Path socket = host.controller().home().resolve("run").resolve("check-mk-agent.socket");
        Files.delete(socket);
        startDaemon();

        assertThatNothingLooksWhole();
        assertThat(daemon.awaitOnStderr(" WARN pull: "))
                .contains("the agent at unix:" + socket + " cannot be reached: ");

        host.agent().close();
        assertThat(daemon.isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit 3",
                "echo '<<<check_mk>>>'; exit 3",
                "yes '<<<check_mk>>>' | head -n 100000; exit 3",
                "echo '<<<check_mk>>>'; kill -9 $$",
                "/nowhere/agent"
            })
    void tellsThatACommandFailed(String command) throws Exception {
        startDaemon("--agent", "exec:" + command);

        assertThatNothingLooksWhole();
        daemon.awaitOnStderr(" WARN pull: pull of localhost/prod by 127.0.0.1: the agent at exec:");
        assertThatNothingLooksWhole();
    }

    private void startDaemon(String... options) throws Exception {
        String[] all = java.util.Arrays.copyOf(new String[] {"-v", "daemon", "--port", "0"}, 4 + options.length);
        System.arraycopy(options, 0, all, 4, options.length);
        daemon = host.controller().start(all);
        port = daemon.awaitPort();
    }

    private Pull pull() throws IOException {
        return host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
    }

    /** Sites report two bytes or fewer as an empty payload. */
    private void assertThatNothingLooksWhole() throws IOException {
        Pull pull = pull();

        assertThat(pull.tls()).isPresent();
        assertThat(pull.isComplete() && pull.payload().length() > 2)
                .as(() -> pull + "\n" + daemon.stderr())
                .isFalse();
        assertThat(pull.whole() && pull.payload().length() > 2)
                .as(() -> pull + "\n" + daemon.stderr())
                .isFalse();
    }
}

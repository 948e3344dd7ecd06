package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A port that somebody else has: the message names whoever it is, and the server gets it as soon as it is free. */
class ListenTest {
    @Test
    void namesWhoHasThePort() throws Exception {
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK)) {
            Connection connection = site.enroll("web1", ConnectionMode.PULL);
            PullHost host;
            try (ServerSocket other = new ServerSocket(UnusedPort.next())) {
                host = hostAt(other.getLocalPort());
                assertThatThrownBy(() -> host.serving(connection))
                        .isInstanceOf(ListenException.class)
                        .hasMessage("cannot listen on port " + other.getLocalPort() + ": " + ourselves()
                                + " has it; stop that, or choose another port with pull_port or --port");
                assertThat(host.server().port()).isEmpty();
            }
            try (host) {
                host.serving(connection);

                assertThat(site.fetcher(connection.uuid()).pull(host.address()).isComplete())
                        .isTrue();
            }
        }
    }

    private static PullHost hostAt(int port) {
        return new PullHost(
                ScriptedAgent.that(says("<<<check_mk>>>\n")),
                PullHost.behind(PullHost.doorAt(port, PullSettings.AllowList.ANYONE)));
    }

    private static String ourselves() throws IOException {
        Path name = Path.of("/proc/self/comm");
        return Files.exists(name)
                ? "process " + ProcessHandle.current().pid() + " ("
                        + Files.readString(name).strip() + ")"
                : "another process";
    }
}

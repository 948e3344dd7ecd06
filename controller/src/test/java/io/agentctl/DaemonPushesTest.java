package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon of a host that pushes: at a moment of its own within the first minute, and with its port closed. */
class DaemonPushesTest {

    @Test
    @Timeout(180)
    void pushesWithinAMinuteAndListensToNobody(@TempDir Path folder) throws Exception {
        try (MonitoredHost host = new MonitoredHost(folder)) {
            Connection connection = host.enroll("web2", ConnectionMode.PUSH);
            try (RunningController daemon = host.controller().start("daemon", "--port", "0", "-v")) {
                daemon.awaitOnStderr("no connection is pulled: the port stays closed until one is registered");

                Eventually.becomes(
                        Duration.ofMinutes(2),
                        "the site has the output",
                        () -> !host.site().roster().delivered(connection.uuid()).isEmpty());
                daemon.awaitOnStderr(" INFO push: push to localhost/prod: done");

                assertThat(daemon.stderr()).doesNotContain("listening on");
                assertThat(host.site().roster().delivered(connection.uuid())).startsWith(MonitoredHost.OUTPUT);
                daemon.terminate().awaitEnd().exits(0).stdoutIs("");
            }
        }
    }
}

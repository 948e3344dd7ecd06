package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service tells of itself, and how much of it. */
class DaemonLogTest {
    private static final String LEVELS = "\"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"";

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;
    private Controller controller;
    private int port;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
        try (ServerSocket socket = new ServerSocket(0)) {
            // Free a moment ago, and not soon given to somebody else.
            port = socket.getLocalPort();
        }
        controller = host.controller().configured("pull_port = " + port, "warm_up = false");
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** With and without the parser of command lines. */
    @ParameterizedTest
    @ValueSource(strings = {"daemon", "pull"})
    void theEnvironmentChoosesAreas(String verb) throws Exception {
        try (RunningController daemon =
                controller.with("AGENT_CTL_LOG", "off,daemon=info").start("-vvv", verb)) {
            daemon.awaitOnStderr(" INFO daemon: pulls are served by ");
            // What area pull and area door have to tell of, and at -vvv do tell.
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            pull();

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" INFO daemon: "));
        }
    }

    @Test
    void theOptionWins() throws Exception {
        try (RunningController daemon = controller
                .with("AGENT_CTL_LOG", "trace")
                .start("--log-level", "off", "daemon", "--log-level", "error,pull=info")) {
            daemon.awaitPort();
            pull();
            daemon.awaitOnStderr(" INFO pull: pull of localhost/prod by ");

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" INFO pull: "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"daemon", "daemon -v", "daemon --detect-proxy", "status", "status --json --no-query-remote"})
    void theEnvironmentIsUnderstoodOrRefused(String command) throws Exception {
        String verb = command.split(" ", 2)[0];
        controller = controller.with("AGENT_CTL_LOG", "info,pull=loud");

        controller
                .run(command.split(" ", -1))
                .isMisused("environment variable AGENT_CTL_LOG: level 'loud' must be " + LEVELS, verb);
        controller.run(verb, "--help").succeeds();
    }

    @Test
    void theOptionIsUnderstoodOrRefused() throws Exception {
        controller
                .run("daemon", "--log-level", "loud")
                .isMisused("Invalid value for option '--log-level': level 'loud' must be " + LEVELS, "daemon");
        controller
                .run("--log-level", "spool=off", "daemon")
                .isMisused(
                        "Invalid value for option '--log-level': area 'spool' must be \"audit\", \"config\","
                                + " \"connection\", \"crl\", \"daemon\", \"door\", \"pull\", \"push\", \"registration\","
                                + " \"registry\" or \"renewal\"",
                        "");
    }

    private void pull() throws IOException {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEqualTo(MonitoredHost.OUTPUT);
    }
}

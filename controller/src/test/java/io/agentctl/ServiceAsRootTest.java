package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.config.ProcessUser;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What faces the network is root only if somebody wants it to be. */
class ServiceAsRootTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(ProcessUser.current().isRoot(), "this takes root");
        host = new MonitoredHost(folder);
        host.enroll("web1", ConnectionMode.PULL);
        controller = host.controller().with("AGENT_CTL_ALLOW_ROOT", "false");
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"daemon", "daemon --port=0", "pull --port=0"})
    void isRefused(String words) throws Exception {
        controller
                .run(words.split(" ", -1))
                .fails("will not serve as root: give " + controller.home()
                        + " to a user of its own, such as cmk-agent, and start this as that user, or say --allow-root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"daemon", "pull"})
    void isAllowedByAnOption(String verb) throws Exception {
        try (RunningController service = controller.start("-v", verb, "--port", "0", "--allow-root")) {
            assertThat(Puller.announcement(service.awaitPort())).isEqualTo("16");
        }
    }

    /** Java cannot take it over, and nobody shall wonder. */
    @Test
    void warnsOfASocketOfSystemds() throws Exception {
        try (RunningController service =
                controller.with("LISTEN_FDS", "1").start("-v", "daemon", "--port", "0", "--allow-root")) {
            service.awaitOnStderr(
                    " WARN daemon: LISTEN_FDS: a socket of systemd's cannot be taken over, and is ignored");
            service.awaitPort();
        }
    }

    /** Commands that face nobody are root's as before. */
    @Test
    void concernsServicesAlone() throws Exception {
        controller.run("status", "--no-query-remote").exits(0);
        controller.run("delete-all").exits(0);
    }
}

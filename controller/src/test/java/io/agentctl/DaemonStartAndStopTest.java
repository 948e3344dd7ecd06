package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnixAgent;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the service begins and ends, and what a service manager sees of it. */
class DaemonStartAndStopTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void doesNotStartOnARegistryThatItCannotUnderstand() throws Exception {
        controller.writeRegistry("[]");

        controller
                .run("daemon", "--port", "0")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": cannot understand " + controller.registryFile() + ": ")
                .hasLineCount(1);
    }

    @Test
    void doesNotStartWithASettingThatCannotBe() throws Exception {
        controller
                .with("DEBUG_MAX_CONNECTIONS", "many")
                .run("daemon", "--port", "0")
                .fails("environment variable DEBUG_MAX_CONNECTIONS must be a whole number from 1 to 2147483647, not"
                        + " 'many'");
    }

    @Test
    void namesWhoHasThePort() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        try (ServerSocket other = new ServerSocket(0)) {
            controller
                    .run("daemon", "--port", String.valueOf(other.getLocalPort()))
                    .exits(1)
                    .stdoutIs("")
                    .assertStderr()
                    .matches(Controller.name() + ": cannot listen on port " + other.getLocalPort() + ": process "
                            + ProcessHandle.current().pid() + " \\([^)]+\\) has it; stop that, or choose another port"
                            + " with pull_port or --port\n");
        }
    }

    @Test
    void endsWellWhileIdle() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon")) {
            daemon.awaitOnStderr("the port stays closed until one is registered");

            daemon.terminate().awaitEnd().exits(0).stdoutIs("").assertStderr().endsWith(" INFO daemon: stopping\n");
        }
    }

    @Test
    void saysNothingWhileAllIsWell() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        int port = UnusedPort.next();
        controller = controller.configured(Controller.THIS_HOST_ALONE);
        try (RunningController daemon = controller.start("pull", "-P", String.valueOf(port))) {
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);

            daemon.terminate().awaitEnd().succeeds().stdoutIs("");
        }
    }

    @Test
    void letsAPullEndBeforeItEnds() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        CountDownLatch half = new CountDownLatch(1);
        String first = "<<<check_mk>>>\n" + "first half\n".repeat(50_000);
        host.agent().becomes(agent -> {
            UnixAgent.write(agent, first);
            if (half.await(90, TimeUnit.SECONDS)) {
                UnixAgent.write(agent, "second half\n");
            }
        });
        controller = controller.configured(Controller.THIS_HOST_ALONE);
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            try (Fetching fetching = host.site().fetcher(connection.uuid()).open(MonitoredHost.at(port))) {
                fetching.awaitPayload(1000);
                daemon.terminate();
                Eventually.becomes(
                        "nobody else is let in", () -> Puller.announcement(port).equals("refused"));
                assertThat(daemon.isAlive()).isTrue();
                half.countDown();

                Pull pull = fetching.finish();
                assertThat(pull.isComplete()).as(pull::detail).isTrue();
                assertThat(pull.payload()).isEqualTo(first + "second half\n");
            }
            daemon.awaitEnd()
                    .exits(0)
                    .assertStderr()
                    .contains("INFO daemon: stopping\n")
                    .doesNotContain("WARN")
                    .doesNotContain("ERROR");
        }
    }

    @Test
    void leavesNothingBehindThoughItHasJustBegunToPractise() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        controller = controller.configured(Controller.THIS_HOST_ALONE);
        try (RunningController daemon =
                controller.withProperty("java.io.tmpdir", temporary.toString()).start("-vv", "daemon", "--port", "0")) {
            // The executable is through before anybody can look.
            Eventually.becomes(
                    "practice has begun",
                    () -> list(temporary).stream().anyMatch(name -> name.contains("practice"))
                            || daemon.stderr().contains(" practised "));

            daemon.terminate().awaitEnd().exits(0);
        }
        assertThat(list(temporary)).isEmpty();
    }

    private static List<String> list(Path folder) {
        return List.of(folder.toFile().list());
    }

    @Test
    void startsAgainOnTheSamePortAfterItWasKilled() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        host.agent().becomes(UnixAgent.Behaviour.stallsAfter("<<<check_mk>>>\n".repeat(100_000)));
        int port;
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            port = daemon.awaitPort();
            try (Fetching fetching = host.site().fetcher(connection.uuid()).open(MonitoredHost.at(port))) {
                fetching.awaitPayload(1000);
                daemon.kill().awaitEnd().exits(128 + 9);

                assertThat(fetching.finish().isComplete()).isFalse();
            }
        }
        host.agent().becomes(UnixAgent.Behaviour.says(MonitoredHost.OUTPUT));
        try (RunningController daemon = controller.start("-v", "daemon", "--port", String.valueOf(port))) {
            daemon.awaitPort();

            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
        }
    }
}

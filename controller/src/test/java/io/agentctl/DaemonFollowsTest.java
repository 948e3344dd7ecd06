package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running daemon does what other processes write into the registry. */
class DaemonFollowsTest {
    /** What is required is one second; the rest is for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private int port;
    private RunningController daemon;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        controller = host.controller();
        port = UnusedPort.next();
    }

    @AfterEach
    void stop() throws IOException {
        if (daemon != null) {
            daemon.close();
        }
        host.close();
    }

    @Test
    void followsARegistrationANewOneAndADeletion() throws Exception {
        startDaemon();
        assertThat(Puller.announcement(port)).isEqualTo("refused");

        host.register().succeeds();
        becomes("16");
        Connection first = host.registry().find("localhost/prod").orElseThrow();
        assertThat(pull(first).payload()).isEqualTo(MonitoredHost.OUTPUT);

        host.register().succeeds();
        Connection second = host.registry().find("localhost/prod").orElseThrow();
        Eventually.becomes(SOON, "the new key is used", () -> pull(second).isComplete());
        assertThat(pull(first).tls()).isEmpty();

        controller.run("delete", "localhost/prod").succeeds();
        becomes("refused");
        assertThat(daemon.isAlive()).isTrue();
    }

    @Test
    void keepsThePortClosedForPushConnections() throws Exception {
        host.enroll("web2", ConnectionMode.PUSH);
        startDaemon();

        assertThat(Puller.announcement(port)).isEqualTo("refused");
        host.site().roster().host("web2", ConnectionMode.PULL);
        host.enroll("web2", ConnectionMode.PULL);
        becomes("16");
    }

    @Test
    void servesInTheClearUntilTheFirstRegistration() throws Exception {
        controller.run("delete-all", "--enable-insecure-connections").succeeds();
        daemon = controller.start("-v", "daemon", "--port", String.valueOf(port));
        daemon.awaitPort();
        assertThat(Puller.hear(port)).isEqualTo(MonitoredHost.OUTPUT);

        host.register().succeeds();
        becomes("16");

        controller.run("delete-all", "--enable-insecure-connections").succeeds();
        becomes("<<");
        controller.run("delete-all").succeeds();
        becomes("refused");
    }

    @Test
    void servesTheOldPolicyWhileTheRegistryIsMalformed() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        startDaemon();
        becomes("16");
        Path good = Files.copy(controller.registryFile(), folder.resolve("good"));

        // As a whole: in the middle of writing it would be another malformed registry, and for a moment none.
        Files.move(
                Files.writeString(folder.resolve("bad"), "{\"pull\": "),
                controller.registryFile(),
                StandardCopyOption.ATOMIC_MOVE);
        String complaint = "ERROR daemon: cannot understand " + controller.registryFile() + ": ";
        daemon.awaitOnStderr(complaint);
        assertThat(pull(connection).isComplete()).isTrue();

        Files.move(good, controller.registryFile(), StandardCopyOption.ATOMIC_MOVE);
        Connection other = host.enroll("web1", ConnectionMode.PULL);
        Eventually.becomes(
                SOON, "the repaired registry is served", () -> pull(other).isComplete());
        assertThat(daemon.countOnStderr(complaint)).isEqualTo(1);
        daemon.terminate().awaitEnd().exits(0).stdoutIs("");
    }

    /** A port that is taken while nobody is registered yet is no reason to end: whoever has it may go. */
    @Test
    void opensThePortWhenItGetsFree() throws Exception {
        startDaemon();
        try (ServerSocket other = new ServerSocket(port)) {
            host.enroll("web1", ConnectionMode.PULL);
            daemon.awaitOnStderr("ERROR daemon: cannot listen on port " + other.getLocalPort() + ": ");
        }
        becomes("16");
        assertThat(daemon.countOnStderr("ERROR")).isEqualTo(1);
    }

    private void startDaemon() throws Exception {
        daemon = controller.start("-v", "daemon", "--port", String.valueOf(port));
        if (host.registry().pulled().isEmpty()) {
            daemon.awaitOnStderr("the port stays closed until one is registered");
        } else {
            daemon.awaitPort();
        }
    }

    private void becomes(String announcement) throws InterruptedException {
        Eventually.becomes(
                SOON,
                "the port says '" + announcement + "'",
                () -> Puller.announcement(port).equals(announcement));
    }

    private Pull pull(Connection connection) {
        try {
            return host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
        } catch (IOException e) {
            throw new AssertionError("the port is closed: " + daemon.stderr(), e);
        }
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnixAgent;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that are read anew by SIGHUP, while the site pulls. */
class ReloadTest {
    private static final String IN_FORCE = " are in force";
    private static final Pattern REOPENED =
            Pattern.compile("no longer listening(?s:.*)listening on \\S+:(\\d+)$", Pattern.MULTILINE);
    private static final String QUICK = "warm_up = false";

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        controller = host.controller().configured(Controller.THIS_HOST_ALONE, QUICK);
        connection = host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void takesOtherSettings() throws Exception {
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(pull(port).isComplete()).isTrue();

            controller.configured("allowed_ip = [\"10.9.9.9\"]", QUICK);
            reloaded(daemon, 1);
            assertThat(Puller.announcement(port)).isEmpty();

            controller.configured(Controller.THIS_HOST_ALONE, QUICK, "agent = \"exec:printf '<<<other>>>\\\\n'\"");
            reloaded(daemon, 2);
            assertThat(pull(port).payload()).isEqualTo("<<<other>>>\n");

            controller.configured(
                    Controller.THIS_HOST_ALONE,
                    QUICK,
                    "[connections.\"localhost/prod\"]",
                    "allowed_peers = [\"somebody-else\"]");
            reloaded(daemon, 3);
            assertThat(pull(port).isComplete()).isFalse();
            daemon.awaitOnStderr("is not among allowed_peers of localhost/prod");
            daemon.terminate().awaitEnd().exits(0);
        }
    }

    @Test
    void keepsWhatWasInForceWhereOthersCannotBeUnderstood() throws Exception {
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();

            controller.configured("allowed_ip = 7");
            daemon.signal("HUP");
            daemon.awaitOnStderr(
                    "ERROR daemon: " + controller.home().resolve("cmk-agent-ctl.toml")
                            + ": allowed_ip must be a list of texts in quotation marks; the settings that were in force stay in force");
            assertThat(pull(port).isComplete()).isTrue();

            controller.configured(Controller.THIS_HOST_ALONE, QUICK);
            Files.writeString(controller.home().resolve("pre_configured_connections.json"), "{");
            daemon.signal("HUP");
            daemon.awaitOnStderr("pre_configured_connections.json");
            assertThat(pull(port).isComplete()).isTrue();
        }
    }

    /** The registry's change that could not be followed is not forgotten over other settings. */
    @Test
    void opensThePortThatTheSettingsNameNow() throws Exception {
        new ConnectionRegistry(controller.home()).update(registry -> Registry.EMPTY);
        try (ServerSocket taken = new ServerSocket(0);
                RunningController daemon = controller
                        .configured(Controller.THIS_HOST_ALONE, QUICK, "pull_port = " + taken.getLocalPort())
                        .startHeedingHangup("-v", "daemon")) {
            daemon.awaitOnStderr("the port stays closed until one is registered");
            connection = host.enroll("web1", ConnectionMode.PULL);
            daemon.awaitOnStderr("cannot listen on port " + taken.getLocalPort());
            int free = UnusedPort.next();
            controller.configured(Controller.THIS_HOST_ALONE, QUICK, "pull_port = " + free);
            reloaded(daemon, 1);

            Eventually.becomes("it listens", () -> Puller.announcement(free).equals("16"));
            assertThat(pull(free).isComplete()).isTrue();
        }
    }

    /** What the operator registered since the start is meant to stay. */
    @Test
    void deletesNobodyWhoIsNotPreConfigured() throws Exception {
        Files.writeString(controller.home().resolve("pre_configured_connections.json"), "{\"connections\": {}}");
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0")) {
            Eventually.becomes(
                    "the connection of before is deleted", () -> registered().isEmpty());
            daemon.awaitOnStderr("no longer listening");
            connection = host.enroll("web1", ConnectionMode.PULL);
            int port = Integer.parseInt(
                    daemon.awaitOnStderr(REOPENED, Duration.ofSeconds(60)).group(1));
            reloaded(daemon, 1);

            assertThat(pull(port).isComplete()).isTrue();
            assertThat(registered()).containsExactly(connection);
        }
    }

    private List<Connection> registered() {
        try {
            return host.registry().connections();
        } catch (RegistryException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void movesThePort() throws Exception {
        try (RunningController daemon = controller
                .configured(Controller.THIS_HOST_ALONE, QUICK, listenAt(0))
                .startHeedingHangup("-v", "daemon")) {
            int first = daemon.awaitPort();
            int second = UnusedPort.next();
            controller.configured(Controller.THIS_HOST_ALONE, QUICK, listenAt(second));
            reloaded(daemon, 1);
            assertThat(Puller.announcement(second)).isEqualTo("16");
            Eventually.becomes(
                    "the old port is closed", () -> Puller.announcement(first).equals("refused"));

            try (ServerSocket taken = new ServerSocket(0)) {
                controller.configured(Controller.THIS_HOST_ALONE, QUICK, listenAt(taken.getLocalPort()));
                daemon.signal("HUP");
                daemon.awaitOnStderr("cannot listen on 127.0.0.1:" + taken.getLocalPort());
                assertThat(Puller.announcement(second)).isEqualTo("16");
            }

            // From one address to all of the same port: both cannot be open at the same time.
            controller.configured(Controller.THIS_HOST_ALONE, QUICK, "pull_port = " + second);
            reloadedUntilItHas("[::]:" + second, daemon, 2);
            daemon.awaitOnStderr("listening on [::]:" + second + " instead of 127.0.0.1:" + second);
            assertThat(pull(second).isComplete()).isTrue();
        }
    }

    @Test
    void doesNotHarmPullsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            host.agent().becomes(waitingInTheMiddle(begun, go));
            CompletableFuture<Pull> pull = CompletableFuture.supplyAsync(() -> pullUnchecked(port));
            begun.await();

            reloaded(daemon, 1);

            go.countDown();
            assertThat(pull.get().payload()).isEqualTo(MonitoredHost.OUTPUT);
        }
    }

    /** Whoever has connected, but not said a word yet, is met by the new terms. */
    @Test
    void meetsThoseWhoHaveJustComeByTheNewTerms() throws Exception {
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0");
                Puller early = Puller.connect(daemon.awaitPort())) {
            assertThat(early.next(2)).isEqualTo("16");
            controller.configured(Controller.THIS_HOST_ALONE, QUICK, "compression = 0");
            reloaded(daemon, 1);

            // Neither reset nor closed: it is still waited for.
            early.says("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            daemon.awaitOnStderr("it sent no server name, or no TLS at all");
        }
    }

    private static Behaviour waitingInTheMiddle(CountDownLatch begun, CountDownLatch go) {
        int middle = MonitoredHost.OUTPUT.length() / 2;
        return agent -> {
            UnixAgent.write(agent, MonitoredHost.OUTPUT.substring(0, middle));
            begun.countDown();
            go.await();
            UnixAgent.write(agent, MonitoredHost.OUTPUT.substring(middle));
        };
    }

    private void reloaded(RunningController daemon, int times) throws Exception {
        daemon.signal("HUP");
        Eventually.becomes("the settings are in force", () -> daemon.countOnStderr(IN_FORCE) == times);
    }

    /** Another process may have the port for a moment, as the near end of a connection: then once more. */
    private static void reloadedUntilItHas(String place, RunningController daemon, int times) throws Exception {
        String refusal = "cannot listen on " + place;
        while (daemon.countOnStderr(IN_FORCE) < times) {
            long refused = daemon.countOnStderr(refusal);
            daemon.signal("HUP");
            Eventually.becomes(
                    "the settings are in force or refused",
                    () -> daemon.countOnStderr(IN_FORCE) == times || daemon.countOnStderr(refusal) > refused);
        }
    }

    private Pull pull(int port) throws IOException {
        return host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
    }

    private Pull pullUnchecked(int port) {
        try {
            return pull(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String listenAt(int port) {
        return "listen = [\"127.0.0.1:" + port + "\"]";
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon of a host that was told where to register by itself. */
class DaemonRegistersTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void registersAndIsPulled() throws Exception {
        Connection other;
        try (SimulatedSite site = new SimulatedSite("other", Clock.systemUTC())) {
            other = site.enroll("web1", ConnectionMode.PUSH);
        }
        new ConnectionRegistry(host.controller().home()).update(present -> present.with(other));
        wanted(MonitoredHost.PASSWORD);

        try (RunningController daemon = host.controller().start("daemon", "--port", "0", "-v")) {
            int port = daemon.awaitPort();

            Connection connection = host.registry().find("localhost/prod").orElseThrow();
            assertThat(host.registry().connections()).containsExactly(connection);
            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
            assertThat(host.site()
                            .roster()
                            .request(connection.uuid())
                            .orElseThrow()
                            .labels())
                    .containsEntry("role", "web");
            daemon.terminate()
                    .awaitEnd()
                    .exits(0)
                    .assertStderr()
                    .contains(
                            " WARN registration: connection localhost/other is not among the pre-configured ones: it is deleted\n")
                    .contains(" INFO registration: pre-configured connection localhost/prod: registered\n");
        }
    }

    @Test
    void goesOnServingWhereItIsRefused() throws Exception {
        wanted("wrong");
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        host.site().roster().forget(connection.uuid());

        try (RunningController daemon = host.controller().start("daemon", "--port", "0", "-v")) {
            int port = daemon.awaitPort();
            daemon.awaitOnStderr(" WARN registration: pre-configured connection localhost/prod: the agent receiver at "
                    + host.site().address()
                    + " refused to register a new host for user 'automation' (HTTP status 401)");

            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
            daemon.terminate().awaitEnd().exits(0);
        }
    }

    @Test
    void doesNotStartWithAFileThatItDoesNotUnderstand() throws Exception {
        Path file = Files.writeString(
                host.controller().home().resolve("pre_configured_connections.json"), "{\"connections\": \"geheim\"}");

        host.controller()
                .run("daemon", "--port", "0")
                .fails("cannot understand " + file + ": at connections: expected an object");
    }

    private void wanted(String password) throws IOException {
        Files.writeString(
                host.controller().home().resolve("pre_configured_connections.json"),
                JSON.std.asString(Map.of(
                        "connections",
                        Map.of(
                                "localhost/prod",
                                Map.of(
                                        "port",
                                        host.site().receiverPort(),
                                        "credentials",
                                        Map.of("username", MonitoredHost.USER, "password", password),
                                        "root_cert",
                                        host.site().ca().pem())),
                        "agent_labels",
                        Map.of("role", "web"))));
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.Pem;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was served, refused, registered and renewed, as those read it who have to account for it. */
class AuditTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Path log;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        log = folder.resolve("audit").resolve("audit.log");
        controller = host.controller().configured("audit_log = \"" + log + "\"", "warm_up = false");
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void tellsTheWholeLifeOfAConnection() throws Exception {
        host.register().exits(0);
        Connection registered = host.registry().connections().get(0);
        controller.run("renew-certificate", "localhost/prod").exits(0);
        Connection renewed = host.registry().connections().get(0);
        controller.run("delete", "localhost/prod").exits(0);

        List<Map<String, Object>> events = events();
        assertThat(events).extracting(event -> event.get("event")).containsExactly("registered", "renewed", "deleted");
        assertThat(events)
                .allSatisfy(event -> assertThat(event)
                        .containsEntry("connection", "localhost/prod")
                        .containsEntry("uuid", registered.uuid().toString())
                        .containsEntry("mode", "pull-agent")
                        .containsEntry("key_type", "ec-p256")
                        .containsKeys("time", "not_before", "not_after"));
        assertThat(events.get(0)).containsEntry("certificate", fingerprint(registered));
        assertThat(events.get(1))
                .containsEntry("certificate", fingerprint(renewed))
                .containsEntry("replaced_certificate", fingerprint(registered));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(log)).doesNotContain("PRIVATE").doesNotContain(MonitoredHost.PASSWORD);
    }

    @Test
    void tellsOfImports() throws Exception {
        String exported = host.controller().run(proxyRegistering()).exits(0).stdout();
        controller.runWithInput(exported, "import").exits(0);

        assertThat(events())
                .singleElement()
                .satisfies(event ->
                        assertThat(event).containsEntry("event", "imported").containsEntry("mode", "pull-agent"));
    }

    @Test
    void tellsEveryVisitOnce() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            Pull served = pull(connection, port);
            assertThat(served.isComplete()).isTrue();
            awaitEvents(3);
            host.site().fetcher(connection.uuid()).anonymous().pull(MonitoredHost.at(port));
            awaitEvents(4);
            host.site().fetcher(connection.uuid()).askingFor("localhost").pull(MonitoredHost.at(port));
            awaitEvents(5);
            host.site()
                    .fetcher(connection.uuid())
                    .as(host.site().agentCa().issue("web1").mint())
                    .pull(MonitoredHost.at(port));
            awaitEvents(6);
            Puller.connect(port).close();
            awaitEvents(7);
            host.agent().becomes(Behaviour.says(""));
            pull(connection, port);
            awaitEvents(8);
            new ConnectionRegistry(controller.home()).update(registry -> registry.without(connection::equals));
            daemon.awaitOnStderr("no longer listening");
            daemon.terminate().awaitEnd().exits(0);

            List<Map<String, Object>> events = events();
            assertThat(events)
                    .extracting(
                            event -> event.get("event") + (event.containsKey("cause") ? " " + event.get("cause") : ""))
                    .containsExactly(
                            "started",
                            "port-opened",
                            "served",
                            "refused handshake-failed",
                            "refused unknown-server-name",
                            "refused untrusted-certificate",
                            "refused ended-early",
                            "failed agent-failed",
                            "port-closed",
                            "stopped");
            Pull.Tls tls = served.tls().orElseThrow();
            assertThat(events.get(2))
                    .containsEntry("connection", "localhost/prod")
                    .containsEntry("uuid", connection.uuid().toString())
                    .containsEntry("peer", "127.0.0.1")
                    .containsEntry("peer_name", MonitoredHost.SITE)
                    .containsEntry("peer_certificate", host.fingerprint())
                    .containsEntry("tls", tls.protocol())
                    .containsEntry("cipher", tls.cipherSuite())
                    .containsEntry("output_bytes", MonitoredHost.OUTPUT.length())
                    .containsKeys("peer_port", "sent_bytes", "millis")
                    .doesNotContainKeys("cause", "reason");
            assertThat(events.get(5))
                    .containsEntry("connection", "localhost/prod")
                    .doesNotContainKey("peer_certificate")
                    .containsKey("reason");
            assertThat(events.get(1).get("listen")).asString().endsWith(":" + port);
        }
    }

    @Test
    void tellsThatThePortIsOpenToAll() throws Exception {
        Files.createFile(controller.home().resolve("allow-legacy-pull"));
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            daemon.awaitPort();
            assertThat(Puller.hear(daemon.awaitPort())).isEqualTo(MonitoredHost.OUTPUT);
            awaitEvents(3);

            assertThat(events())
                    .extracting(event -> event.get("event"))
                    .containsExactly("started", "legacy-pull-opened", "served");
            assertThat(events().get(2)).doesNotContainKeys("connection", "tls", "peer_name");
        }
    }

    /** A flood shall not fill the disk. */
    @Test
    void countsWhatItDoesNotTell() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            for (int i = 0; i < 100; i++) {
                try (Puller puller = Puller.connect(port)) {
                    puller.next(2);
                }
            }
            Eventually.becomes("all are gone", () -> Puller.announcement(port).equals("16"));
            daemon.terminate().awaitEnd().exits(0);

            assertThat(daemon.countOnStderr("refused 127.0.0.1: ")).isLessThanOrEqualTo(60);
            long told = events().stream()
                    .filter(event -> "refused".equals(event.get("event")))
                    .count();
            long counted = events().stream()
                    .filter(event -> "suppressed".equals(event.get("event")))
                    .mapToLong(event -> ((Number) event.get(Field.COUNT.label())).longValue())
                    .sum();
            assertThat(told).isLessThanOrEqualTo(60);
            assertThat(told + counted).isGreaterThanOrEqualTo(101);
        }
    }

    @Test
    void goesToStderrWhereThatIsWanted() throws Exception {
        controller = controller.configured("audit_log = \"stderr\"");
        try (RunningController daemon = controller.start("daemon", "--port", "0")) {
            daemon.awaitOnStderr("\"event\":\"started\"");
        }
        controller
                .configured("audit_log = \"audit.log\"")
                .run("status", "--no-query-remote")
                .fails(
                        "file " + controller.home().resolve("cmk-agent-ctl.toml")
                                + ": audit_log: 'audit.log' is no place for an audit log: expected off, stderr or an absolute path");
    }

    private Pull pull(Connection connection, int port) throws IOException {
        return host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
    }

    private static String fingerprint(Connection connection) throws Exception {
        return Fingerprint.of(Pem.certificates(connection.certificate()).get(0)).toString();
    }

    private String[] proxyRegistering() {
        String[] arguments = host.registering(
                "web1", "--user", MonitoredHost.USER, "--password", MonitoredHost.PASSWORD, "--trust-cert");
        arguments[0] = "proxy-register";
        return arguments;
    }

    private void awaitEvents(int count) throws Exception {
        Eventually.becomes(count + " events are told", () -> count() >= count);
        assertThat(events()).hasSize(count);
    }

    private int count() {
        try {
            return Files.exists(log) ? Files.readAllLines(log).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Map<String, Object>> events() throws IOException {
        List<Map<String, Object>> events = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            events.add(JSON.std.mapFrom(line));
        }
        return events;
    }
}

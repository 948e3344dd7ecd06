package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.TestCa;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code -vvv} tells: everything but secrets. */
class SecrecyTest {
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
    void tellsCausesAndStackTraceIfAsked() throws Exception {
        host.site().close();
        String line = Controller.name() + ": cannot reach " + host.server()
                + ": connection refused; is the site running, and is this its agent receiver's port?\n";

        registering().exits(1).stderrIs(line);
        registering("-v")
                .exits(1)
                .assertStderr()
                .startsWith(line + "  caused by ConnectException: Connection refused")
                .doesNotContain("\tat ");
        registering("-vvv")
                .exits(1)
                .assertStderr()
                .startsWith(line + "  caused by ConnectException: Connection refused")
                .contains("\tat io.agentctl.");
    }

    @Test
    void keepsSecretsInSuccess() throws Exception {
        keepsSecrets(registering("-vvv").exits(0));
        keepsSecrets(controller.run("status", "-vvv").exits(0));
        keepsSecrets(controller.run("-vvv", "status", "--json").exits(0));
        keepsSecrets(controller.run("delete", "localhost/prod", "-vvv").exits(0));
    }

    @Test
    void keepsSecretsWhenTheSiteRefuses() throws Exception {
        host.site().fault(Endpoint.REGISTER_EXISTING, Fault.detail(403, "no"));
        keepsSecrets(registering("-vvv").exits(1));
        host.site().fault(Endpoint.REGISTER_EXISTING, Fault.HANG_UP);
        keepsSecrets(registering("-vvv").exits(1));
        host.site().fault(Endpoint.REGISTER_EXISTING, Fault.body(200, "application/json", "{\"agent_cert\":\"x\"}"));
        keepsSecrets(registering("-vvv").exits(1));
        keepsSecrets(controller
                .run(host.registering("web9", "--ott", MonitoredHost.TOKEN, "--trust-cert", "-vvv"))
                .exits(1));
    }

    @Test
    void keepsSecretsWhenTheSiteIsNotTrusted() throws Exception {
        String other = Fingerprint.of(
                        TestCa.ofSite("prod", Clock.systemUTC()).site("prod").certificate())
                .toString();

        keepsSecrets(controller
                .run(host.registering(
                        "web1",
                        "-vvv",
                        "--user",
                        "automation",
                        "--password",
                        MonitoredHost.PASSWORD,
                        "--trust-fingerprint",
                        other))
                .exits(1));
    }

    /** A parser's message would like to quote what it stumbled over. */
    @Test
    void keepsSecretsOfABrokenRegistry() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        String key = connection.privateKey();
        String text = Files.readString(controller.registryFile());

        for (String broken : new String[] {
            text.replace("\"private_key\"", "private_key"),
            text.replace("-----BEGIN PRIVATE KEY-----", "\t-----BEGIN PRIVATE KEY-----\n"),
            text.substring(0, text.indexOf("PRIVATE KEY") + 60),
            text.replace(connection.uuid().toString(), key.replace("\n", "\\n")),
            text.replace("localhost/prod", key.replace("\n", "\\n")),
        }) {
            controller.writeRegistry(broken);
            keepsSecrets(controller.run("status", "-vvv").exits(1), secretLines(key));
        }
    }

    @Test
    void keepsSecretsWhileServing() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        host.agent().becomes(Behaviour.breaksOffAfter("<<<check_mk>>>\n"));
        try (RunningController daemon = controller.start("-vvv", "pull", "--port", "0")) {
            int port = daemon.awaitPort();
            host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
            host.site().fetcher(connection.uuid()).anonymous().pull(MonitoredHost.at(port));

            daemon.awaitOnStderr("WARN");
            daemon.awaitOnStderr("refused");
            keepsSecrets(daemon.terminate().awaitEnd().exits(0), secretLines(connection.privateKey()));
        }
    }

    private Transcript registering(String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of(host.registering(
                "web1", "--user", "automation", "--password", MonitoredHost.PASSWORD, "--trust-cert")));
        return controller.run(arguments.toArray(String[]::new));
    }

    private void keepsSecrets(Transcript transcript, String... more) throws IOException {
        List<String> secrets = new ArrayList<>(List.of(
                MonitoredHost.PASSWORD,
                Base64.getEncoder()
                        .encodeToString(
                                (MonitoredHost.USER + ":" + MonitoredHost.PASSWORD).getBytes(StandardCharsets.UTF_8)),
                MonitoredHost.TOKEN,
                "PRIVATE KEY"));
        secrets.addAll(List.of(more));
        if (Files.exists(controller.registryFile()) && more.length == 0) {
            for (Connection connection : host.registry().connections()) {
                secrets.addAll(List.of(secretLines(connection.privateKey())));
            }
        }
        assertThat(transcript.stdout() + transcript.stderr()).doesNotContain(secrets.toArray(String[]::new));
    }

    /** Half a line is as bad as a line. */
    private static String[] secretLines(String pem) {
        return pem.lines()
                .filter(line -> !line.startsWith("-----"))
                .map(line -> line.substring(0, Math.min(line.length(), 24)))
                .toArray(String[]::new);
    }
}

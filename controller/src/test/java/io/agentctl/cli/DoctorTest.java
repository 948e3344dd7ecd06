package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.Eventually;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.Pem;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.PseudoTerminal;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import io.agentctl.process.UnixAgent.Behaviour;
import io.agentctl.process.UnusedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What breaks on hosts, broken on purpose: the doctor names it, and how to mend it. */
class DoctorTest {
    private static final String PROGRAM = Controller.isNative() ? Controller.name() : "java";

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
    void findsNothingWhereAllIsWell() throws Exception {
        Instant now = Instant.now();
        // Far from a renewal, which would come within the first minute.
        Connection connection =
                host.enroll("web1", ConnectionMode.PULL, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
        int port = UnusedPort.next();
        controller = controller.configured("pull_port = " + port);
        try (RunningController daemon = controller.start("-v", "daemon")) {
            daemon.awaitPort();

            host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
            Eventually.becomes(
                    "the pull is told", () -> controllerSays("doctor", "  ok       localhost/prod: pulled at "));

            Transcript told = controller.run("doctor").exits(0).stderrIs("");

            assertThat(told.stdout().lines())
                    .contains(
                            "Settings",
                            "  ok       " + controller.home().resolve("cmk-agent-ctl.toml") + " is well-formed",
                            "Home directory",
                            "  ok       " + controller.home()
                                    + ": nobody but its owner, and root, can get at the private keys",
                            "Registry",
                            "  ok       " + controller.registryFile() + ": 1 connection",
                            "Port " + port,
                            "Connection localhost/prod",
                            "  ok       the agent receiver at " + host.site().address()
                                    + " answers, and is whom we trust",
                            "  ok       the clocks of host and site agree",
                            "  ok       the site knows it as host 'web1', pull-agent",
                            "All is well.");
            told.assertStdout()
                    .containsPattern("  ok       " + MonitoredHost.OUTPUT.length()
                            + " bytes in \\d+\\.\\d s, it begins with <<<check_mk>>>\n")
                    .containsPattern("  ok       process \\d+ \\(" + PROGRAM + "\\) offers TLS\n")
                    .containsPattern("\nService\n  ok       runs since .* as process " + daemon.pid() + ", version .*\n"
                            + "  ok       localhost/prod: pulled at .* by 127.0.0.1, \\d+ bytes in \\d+ ms\n")
                    .containsPattern("  ok       localhost is .*127\\.0\\.0\\.1")
                    .containsPattern(
                            "  ok       key and certificate belong together .*; the certificate ends on \\d{4}-")
                    .doesNotContain("\u001b");
            assertThat(host.registry().connections()).containsExactly(connection);
        }
    }

    private boolean controllerSays(String command, String text) {
        try {
            return controller.run(command).stdout().contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void tellsWhatTheServiceRemembers() throws Exception {
        Connection pulled = host.enroll("web1", ConnectionMode.PULL);
        int port = UnusedPort.next();
        controller = controller.configured("pull_port = " + port, "warm_up = false");
        host.agent().becomes(Behaviour.says(""));
        try (RunningController daemon = controller.start("-v", "daemon")) {
            daemon.awaitPort();
            host.site().fetcher(pulled.uuid()).pull(MonitoredHost.at(port));
            daemon.awaitOnStderr("ended without writing anything");

            controller
                    .run("doctor")
                    .exits(4)
                    .assertStdout()
                    .containsPattern(
                            "  FAILURE  localhost/prod: the last pull failed: the agent at .* ended without writing");
        }
        controller
                .run("doctor")
                .exits(4)
                .assertStdout()
                .contains(
                        "Service\n  WARNING  does not run, or is of an older version\n           run: systemctl start agent-ctl");
    }

    @Test
    void saysTheSameInJson() throws Exception {
        controller = controller.configured("pull_port = " + UnusedPort.next(), "no_such_key = 1");
        host.agent().becomes(Behaviour.says("Bonjour\n"));
        host.enroll("web1", ConnectionMode.PULL);

        String line = controller.run("doctor", "--json").exits(4).stdout();

        assertThat(line).hasLineCount(1);
        Map<String, Object> report = JSON.std.mapFrom(line);
        assertThat(report).containsKeys("version", "findings").containsEntry("worst", "failure");
        assertThat(report.get("findings"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains(
                        Map.of(
                                "subject",
                                "Settings",
                                "verdict",
                                "warning",
                                "text",
                                controller.home().resolve("cmk-agent-ctl.toml")
                                        + ": unknown settings are ignored: no_such_key",
                                "remedy",
                                "see how they are spelt: agent-ctl help settings"),
                        Map.of(
                                "subject",
                                "Home directory",
                                "verdict",
                                "ok",
                                "text",
                                controller.home() + ": nobody but its owner, and root, can get at the private keys"));
    }

    @Test
    void warnsOfAHostThatNobodyKnows() throws Exception {
        controller = controller.configured("pull_port = " + UnusedPort.next());

        controller
                .run("doctor")
                .exits(3)
                .assertStdout()
                .contains("""
                        Registry
                          WARNING  no site knows this host
                                   run: %s register --server SERVER --site SITE --hostname HOST --user USER
                        """.formatted(Controller.name()))
                .contains("  ok       closed, since no connection is pulled\n")
                .endsWith("0 failures, 1 warning\n");
    }

    @Test
    void findsOpenDoorsInTheHomeDirectory() throws Exception {
        host.enroll("web1", ConnectionMode.PUSH);
        Files.setPosixFilePermissions(controller.registryFile(), PosixFilePermissions.fromString("rw-r--r--"));
        controller = controller.configured("pull_port = " + UnusedPort.next());
        String sharing = controller.registryFile()
                + " has mode 0644: everyone can read it, private keys included\n"
                + "           run: chmod 0600 " + controller.registryFile()
                + ", then renew what others may have read: renew-certificate --all --force\n";

        controller.run("doctor").exits(3).assertStdout().contains("  WARNING  " + sharing);
        controller
                .configured("pull_port = " + UnusedPort.next(), "strict_permissions = true")
                .run("doctor")
                .exits(4)
                .assertStdout()
                .contains("  FAILURE  " + sharing);
    }

    @Test
    void findsAgentsThatSitesDoNotUnderstand() throws Exception {
        controller = controller.configured("pull_port = " + UnusedPort.next());
        String remedy = "           see what it writes, which has to begin with <<<check_mk>>>: " + Controller.name()
                + " dump | head\n";

        host.agent().becomes(Behaviour.says("Bonjour\u001b[2J\n"));
        assertFails("  FAILURE  12 bytes in 0.", ", but it does not begin like an agent's: Bonjour?[2J\n" + remedy);

        host.agent().becomes(Behaviour.says(""));
        assertFails("ends without an output, which a site reports as \"Empty payload from controller\"\n" + remedy);

        controller
                .run("doctor", "--agent", "exec:echo '<<<check_mk>>>'; exit 3")
                .exits(4)
                .assertStdout()
                .containsPattern("  FAILURE  the agent at exec:.* status 3");

        host.agent().close();
        assertFails("  FAILURE  ", "check-mk-agent.socket");

        controller
                .run("doctor", "--agent", "exec:echo 03encrypted")
                .exits(3)
                .assertStdout()
                .contains(", encrypted by the agent itself\n");
    }

    @Test
    void namesWhoHandsOutTheOutputInTheClear() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        try (ServerSocket plain = new ServerSocket(0)) {
            controller = controller.configured("pull_port = " + plain.getLocalPort());
            Thread agent = new Thread(() -> greet(plain, "<<<check_mk>>>\n"));
            agent.setDaemon(true);
            agent.start();

            assertFails(
                    "Port " + plain.getLocalPort() + "\n  FAILURE  process "
                            + ProcessHandle.current().pid() + " (",
                    ") hands the agent's output to anyone in the clear, and keeps the port from us\n",
                    "           stop it (inetd, xinetd or a systemd socket start plain agents), then start agent-ctl again\n");
        }
    }

    @Test
    void tellsWhetherTheDaemonRuns() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        controller = controller.configured("pull_port = " + UnusedPort.next());

        assertFails(found(
                "FAILURE",
                "nobody listens: the daemon does not run, or listens elsewhere",
                "run: systemctl enable --now agent-ctl, or on hosts without systemd: agent-ctl daemon"));
    }

    @Test
    void looksWhereTheDaemonListens() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        int port = UnusedPort.next();
        controller = controller.configured("listen = [\"nosuch0\", \"127.0.0.1:" + port + "\"]");
        assertFails("Port " + port + "\n  FAILURE  nobody listens");

        controller = controller.configured("listen = [\"127.0.0.1:" + port + "\"]", "pull_port = " + UnusedPort.next());
        try (RunningController daemon = controller.start("-v", "daemon")) {
            daemon.awaitPort();

            controller.run("doctor").exits(0).assertStdout().containsPattern("Port " + port + "\n  ok       process");
        }
    }

    @Test
    void tellsThatThisHostIsNotAdmittedItself() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        controller = controller.configured("pull_port = " + UnusedPort.next(), "allowed_ip = [\"192.0.2.1\"]");
        try (RunningController daemon = controller.start("-v", "daemon")) {
            daemon.awaitPort();

            controller
                    .run("doctor")
                    .exits(3)
                    .assertStdout()
                    .containsPattern(
                            "WARNING  process \\d+ \\(" + PROGRAM + "\\) listens, and turns 127\\.0\\.0\\.1 away");
        }
    }

    @Test
    void comparesWithWhatTheSiteKnows() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PUSH);
        controller = controller.configured("pull_port = " + UnusedPort.next());
        String register = "           run: " + Controller.name() + " register --server " + host.server()
                + " --site prod --hostname HOST --user USER";

        host.site().roster().register(connection.uuid(), "web1", ConnectionMode.PULL);
        assertFails("  FAILURE  the site has it as pull-agent, this host as push-agent\n" + register + "\n");

        host.site().roster().forget(connection.uuid());
        assertFails("  FAILURE  the site does not know this connection (any more)\n" + register + "; or forget it: "
                + Controller.name() + " delete localhost/prod\n");
    }

    @Test
    void namesTroubleOnTheWay() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PUSH);
        controller = controller.configured("pull_port = " + UnusedPort.next());
        host.site().close();

        assertFails("  FAILURE  cannot reach " + host.server() + ": connection refused; is the site running");
        controller
                .with("https_proxy", "http://192.0.2.7:3128")
                .run("doctor")
                .exits(4)
                .assertStdout()
                .contains("; the environment names a proxy, which only --detect-proxy or detect_proxy = true uses\n");
        controller
                .with("https_proxy", "http://127.0.0.1:" + UnusedPort.next())
                .run("doctor", "--detect-proxy")
                .exits(4)
                .assertStdout()
                .contains("  ok       the way to localhost is through the proxy 127.0.0.1:");

        new ConnectionRegistry(controller.home())
                .update(registry -> registry.without(connection::equals)
                        .with(Connection.registered(
                                ConnectionMode.PUSH,
                                new ReceiverAddress(new SiteId("no-such-host.invalid", "prod"), 8000),
                                connection.uuid(),
                                connection.privateKey(),
                                connection.certificate(),
                                connection.rootCert())));
        assertFails(found(
                "FAILURE",
                "the name no-such-host.invalid is unknown here",
                "see what this host's DNS says: getent hosts no-such-host.invalid"));
    }

    @Test
    void findsKeysThatDoNotFit() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PUSH);
        String other = Pem.of(
                host.site().enroll("web2", ConnectionMode.PUSH).identity().privateKey());
        new ConnectionRegistry(controller.home())
                .update(registry -> registry.with(connection.with(other, connection.certificate())));

        assertFails("Connection localhost/prod\n  FAILURE  ", " --site prod --hostname HOST --user USER\n");
    }

    @Test
    void looksAtTheLifeOfCertificates() throws Exception {
        controller = controller.configured("pull_port = " + UnusedPort.next());
        String renew = "           run: " + Controller.name() + " renew-certificate localhost/prod\n";

        certified(Duration.ofDays(100), Duration.ofDays(40));
        assertWarns("  WARNING  our certificate, which ends on ", " has been due for renewal for over 2 days", renew);

        certified(Duration.ofDays(100), Duration.ofDays(44));
        controller.run("doctor").exits(3).assertStdout().endsWith("0 failures, 1 warning\n");

        certified(Duration.ofDays(100), Duration.ofDays(-1));
        assertFails("  FAILURE  our certificate ended on ", " --site prod --hostname HOST --user USER\n");

        certified(Duration.ofDays(-1), Duration.ofDays(100));
        assertFails("  FAILURE  our certificate is not valid before ", ": is this host's clock right?\n");
    }

    private void certified(Duration age, Duration left) throws Exception {
        Instant now = Instant.now();
        host.enroll("web1", ConnectionMode.PUSH, now.minus(age), now.plus(left));
    }

    @Test
    void findsWhatCannotBeRead() throws Exception {
        controller.configured("pull_port = \"nonsense\"");
        controller
                .run("doctor")
                .exits(4)
                .assertStdout()
                .startsWith("Settings\n  FAILURE  ")
                .contains("pull_port")
                .endsWith("1 failure, 0 warnings\n");

        controller.configured("pull_port = " + UnusedPort.next()).writeRegistry("{\"pull\": 7}");
        assertFails("Registry\n  FAILURE  ", "1 failure, 0 warnings\n");
    }

    @Test
    void isColouredForPeople() throws Exception {
        assumeTrue(PseudoTerminal.isAvailable(), "python3 is not installed");
        controller = controller.configured("pull_port = " + UnusedPort.next());

        assertThat(new PseudoTerminal()
                        .run(controller.with("TERM", "xterm"), "doctor")
                        .exits(3)
                        .stdout())
                .contains("  \u001b[33mWARNING\u001b[0m  no site knows this host\n")
                .contains("  \u001b[32mok     \u001b[0m  closed, ");
        assertThat(new PseudoTerminal()
                        .run(controller.with("TERM", "xterm").with("NO_COLOR", "1"), "doctor")
                        .exits(3)
                        .stdout())
                .contains("  WARNING  no site knows this host\n");
    }

    /** The lines of one finding and its remedy. */
    private static String found(String verdict, String text, String remedy) {
        return "  " + verdict + "  " + text + "\n           " + remedy + "\n";
    }

    private void assertWarns(String... parts) throws IOException, InterruptedException {
        assertTells(3, parts);
    }

    private void assertFails(String... parts) throws IOException, InterruptedException {
        assertTells(4, parts);
    }

    private void assertTells(int status, String... parts) throws IOException, InterruptedException {
        String told = controller.run("doctor").exits(status).stdout();
        int from = 0;
        for (String part : parts) {
            assertThat(told.substring(from)).contains(part);
            from = told.indexOf(part, from) + part.length();
        }
    }

    private static void greet(ServerSocket server, String greeting) {
        while (true) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return;
            }
        }
    }
}

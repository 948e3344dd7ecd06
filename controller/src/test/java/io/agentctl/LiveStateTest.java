package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.live.LiveSocket;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.PseudoTerminal;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import io.agentctl.process.UnixAgent.Behaviour;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running service tells of itself: in the status, to the site, and as metrics. */
class LiveStateTest {
    private static final Pattern METRICS = Pattern.compile("metrics can be had at (\\S+)$", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        controller = host.controller()
                .configured(Controller.THIS_HOST_ALONE, "warm_up = false", "metrics = \"127.0.0.1:0\"");
        Instant now = Instant.now();
        // Far from a renewal, which would come within the first minute.
        connection =
                host.enroll("web1", ConnectionMode.PULL, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void showsWhatTheServiceDoes() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = listening(daemon);
            pull(port);
            pull(port);
            host.agent().becomes(Behaviour.says(""));
            pull(port);
            daemon.awaitOnStderr("ended without writing anything");
            assertThat(Puller.connect(port)
                            .says("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                            .rest())
                    .startsWith("16");
            daemon.awaitOnStderr("refused 127.0.0.1");

            controller
                    .run("status", "--verbose", "--no-query-remote")
                    .succeeds()
                    .assertStdout()
                    .containsPattern(
                            "\nService: version " + Pattern.quote(Version.current()) + ", process "
                                    + daemon.pid() + ", running for \\d+ s\nListening on: \\[::]:" + port
                                    + "\nRefused: 1 \\(unknown-server-name 1\\)\nHandshakes: 3, \\d+ ms in the mean\nAgent runs: 2")
                    .containsPattern("\n\tService:\n\t\tLast pull: \\S+, .* \\+0000 by 127.0.0.1, "
                            + MonitoredHost.OUTPUT.length() + " bytes, \\d+ sent, \\d+ ms\n"
                            + "\t\tPulls: 2, failed: 1 \\(agent-failed 1\\)\n"
                            + "\t\tLast failed pull: .* by 127.0.0.1: the agent at .* ended without writing anything \\(!!\\)\n"
                            + "\t\tNext renewal: due ");
            Map<String, Object> json = JSON.std.mapFrom(controller
                    .run("status", "--json", "--full", "--no-query-remote")
                    .succeeds()
                    .stdout());
            assertThat(json.keySet())
                    .containsExactly(
                            "version",
                            "agent_socket_operational",
                            "ip_allowlist",
                            "allow_legacy_pull",
                            "connections",
                            "renewals_due",
                            "service");
            assertThat(json.get("service").toString()).contains("running=true", "pulls=2", "unknown-server-name=1");
            controller
                    .run("local-check")
                    .succeeds()
                    .assertStdout()
                    .containsPattern(
                            "^0 \"Agent controller\" refusals=1 Version .* has been running for \\d+ s, listens on ")
                    .containsPattern(
                            "\n1 \"Agent controller localhost/prod\" certificate_days=\\d+\\|pulls=2\\|failed_pulls=1\\|"
                                    + "pushes=0\\|failed_pushes=0\\|pull_ms=\\d+ The certificate ends on .*, last pull at .* by 127.0.0.1, "
                                    + "the last pull failed: the agent at .* \\(!\\)\n$");
            daemon.terminate().awaitEnd().exits(0);
        }
        assertThat(controller.home().resolve("agent-ctl.socket")).doesNotExist();
    }

    @Test
    void handsOutMetrics() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = listening(daemon);
            pull(port);
            Matcher metrics = METRICS.matcher(daemon.awaitOnStderr("metrics can be had at "));
            assertThat(metrics.find()).isTrue();
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + metrics.group(1) + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body())
                    .contains(
                            "# TYPE agentctl_pulls_total counter\n",
                            "agentctl_pulls_total{connection=\"localhost/prod\"} 1.0\n",
                            "agentctl_output_bytes_total{connection=\"localhost/prod\"} "
                                    + (double) MonitoredHost.OUTPUT.length() + "\n",
                            "# TYPE agentctl_handshake_seconds histogram\n",
                            "agentctl_handshake_seconds_bucket{le=\"+Inf\"} 1\n",
                            "agentctl_agent_run_seconds_count 1\n",
                            "agentctl_certificate_expiry_timestamp_seconds{connection=\"localhost/prod\"} ",
                            "agentctl_listening 1.0\n",
                            "agentctl_legacy_pull 0.0\n",
                            "agentctl_build_info{version=\"" + Version.current() + "\"} 1\n",
                            "jvm_memory_used_bytes{area=\"heap\"} ",
                            "process_cpu_seconds_total ",
                            "process_start_time_seconds ")
                    .doesNotContain("PRIVATE");
            assertThat(every(answer.body())).allMatch(documented()::contains);
        }
    }

    @Test
    void saysThatNoServiceRuns() throws Exception {
        controller
                .run("status", "--verbose", "--no-query-remote")
                .succeeds()
                .assertStdout()
                .contains("\nService: not running (!!)\n");
        controller
                .run("status", "--json", "--full", "--no-query-remote")
                .succeeds()
                .assertStdout()
                .endsWith("\"service\":{\"running\":false}}\n");
        controller
                .run("local-check", "--section")
                .succeeds()
                .assertStdout()
                .startsWith(
                        "<<<local:sep(0)>>>\n2 \"Agent controller\" - Version " + Version.current()
                                + " does not run, or does not tell: start the service, or see its log (!!)\n0 \"Agent controller localhost/prod\" certificate_days=");
    }

    @Test
    void theLocalCheckTellsTheSiteWhateverIsWrong() throws Exception {
        Files.writeString(controller.registryFile(), "{");
        controller
                .run("local-check")
                .succeeds()
                .assertStdout()
                .startsWith("2 \"Agent controller\" - cannot understand " + controller.registryFile());
        controller.configured("pull_port = 0");
        controller
                .run("local-check")
                .succeeds()
                .assertStdout()
                .startsWith("2 \"Agent controller\" - ")
                .contains("pull_port");
    }

    /** What a killed service has left is nobody, and is replaced. */
    @Test
    void isNotMisledByAKilledService() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            listening(daemon);
            daemon.kill().awaitEnd();
        }
        assertThat(controller.home().resolve("agent-ctl.socket")).exists();
        controller
                .run("status", "--verbose", "--no-query-remote")
                .assertStdout()
                .contains("Service: not running (!!)");
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            listening(daemon);
            controller.run("status", "--verbose").assertStdout().contains(", process " + daemon.pid() + ", ");
        }
    }

    @Test
    void showsItAnewOnATerminal() throws Exception {
        Assumptions.assumeTrue(PseudoTerminal.isAvailable(), "Python is needed to play a terminal");
        Transcript seen = new PseudoTerminal()
                .answers("Connection: localhost/prod", "")
                .answers("\u001b[H\u001b[J", "")
                .answers("Service: not running", "\u0003")
                .run(controller, "status", "--watch");

        assertThat(seen.exitStatus()).isEqualTo(130);
        controller
                .run("status", "--watch")
                .exits(2)
                .assertStderr()
                .startsWith("agent-ctl: option --watch needs a terminal; without one use --verbose, or --json --full");
    }

    @Test
    void doesNotHandMetricsToOtherHostsUnasked() throws Exception {
        controller
                .configured("metrics = \"0.0.0.0:9256\"")
                .run("status")
                .exits(1)
                .assertStderr()
                .contains("metrics: '0.0.0.0:9256' can be reached from other hosts", "metrics_beyond_host = true");
        controller
                .configured("metrics = \"0.0.0.0:9256\"", "metrics_beyond_host = true")
                .run("status")
                .exits(0);
        controller
                .configured("metrics = \"somewhere\"")
                .run("status")
                .exits(1)
                .assertStderr()
                .contains("metrics: 'somewhere' is no place for metrics: expected off");
    }

    private int listening(RunningController daemon) throws Exception {
        int port = daemon.awaitPort();
        Eventually.becomes("its live state can be had", () -> isAnswered(daemon));
        return port;
    }

    private boolean isAnswered(RunningController daemon) {
        try {
            return LiveSocket.of(controller.home())
                    .ask()
                    .filter(state -> state.process() == daemon.pid())
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private void pull(int port) throws IOException {
        host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
    }

    /** The names of all families of metrics. */
    private static List<String> every(String text) {
        return Pattern.compile("(?m)^# TYPE (\\S+) ")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String documented() throws IOException {
        return Files.readString(Path.of("..", "docs", "observing.md"));
    }
}

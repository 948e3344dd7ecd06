package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.SimulatedSite;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetchers that share no code with us: Python's ssl module, which is what sites use, and OpenSSL's own client. */
@OnEveryTlsStack
class IndependentFetcherTest {
    @Parameter
    private TlsStack tls;

    private static final String OUTPUT = "<<<check_mk>>>\nVersion: 1.0\n" + "<<<df>>>\n/dev/sda1 ü\n".repeat(10_000);

    private final ScriptedAgent agent = ScriptedAgent.that(says(OUTPUT));

    @TempDir
    private Path dir;

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        // Not a fixed clock: these peers know the real time only.
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.writeTo(dir);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({"1.2, EC", "1.3, EC", "1.2, RSA", "1.3, RSA"})
    void pythonPulls(String version, String keyType) throws Exception {
        Connection connection = site.enroll(
                "web1",
                ConnectionMode.PULL,
                UUID.randomUUID(),
                keyType.equals("EC") ? TestKeys.ec() : TestKeys.rsa(2048));
        try (PullHost host = host(connection)) {
            Map<String, Object> pull =
                    python(host, connection, "--tls", version).get(0);

            assertThat(pull)
                    .containsEntry("announcement", "16")
                    .containsEntry("protocol", "TLSv" + version)
                    .containsEntry(
                            "subject", Map.of("commonName", connection.uuid().toString()))
                    .containsEntry("header", List.of(0, 0, 1))
                    .containsEntry("whole", true)
                    .doesNotContainKey("error");
            assertThat(new String(Base64.getDecoder().decode((String) pull.get("payload")), StandardCharsets.UTF_8))
                    .isEqualTo(OUTPUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonCannotResumeASession(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = host(connection)) {
            List<Map<String, Object>> pulls = python(host, connection, "--tls", version, "--times", "3");

            assertThat(pulls)
                    .hasSize(3)
                    .allSatisfy(pull -> assertThat(pull)
                            .containsEntry("whole", true)
                            .containsEntry("reused", false)
                            .containsEntry("ticket", false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void pythonIsRefusedWithOldVersions(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = host(connection)) {
            Map<String, Object> pull =
                    python(host, connection, "--tls", version).get(0);

            assertThat(pull).doesNotContainKey("payload");
            // Refused by us, not by a Python without such versions.
            Eventually.becomes(
                    "the server refuses it", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).contains(tls == TlsStack.JDK ? "TLSv1" : ": unsupported protocol"));
            assertThat(agent.runs()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonIsRefusedAsAStranger(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        TestCa.Issued stranger = TestCa.ofSite("prod", Clock.systemUTC()).site("prod");
        Files.writeString(dir.resolve("site-cert.pem"), stranger.certificatePem());
        Files.writeString(dir.resolve("site-key.pem"), stranger.privateKeyPem());
        try (PullHost host = host(connection)) {
            Map<String, Object> pull =
                    python(host, connection, "--tls", version).get(0);

            assertThat(pull).containsEntry("announcement", "16").doesNotContainKey("payload");
            assertThat((String) pull.get("error")).contains("alert", "certificate");
            assertThat(agent.runs()).isZero();
        }
    }

    /** As after the site's agent CA was made anew. */
    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void tellsWhyASiteWillNotHaveOurCertificate(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        Files.writeString(
                dir.resolve("agent-ca.pem"),
                TestCa.ofSite("prod", Clock.systemUTC()).self().certificatePem());
        try (PullHost host = host(connection)) {
            Map<String, Object> pull =
                    python(host, connection, "--tls", version).get(0);

            assertThat(pull).doesNotContainKey("payload").containsKey("error");
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            // In TLS 1.3 OpenSSL sends its alert in the clear, which not every TLS library can read.
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("INFO refused " + host.puller().getHostAddress() + ": ")
                            .contains(version.equals("1.2") ? "(TLS alert unknown_ca)" : "(TLS alert un")
                            .contains("this host's certificate")
                            .contains("register this host again"));
            assertThat(agent.runs()).isZero();
        }
    }

    /** Python hides a reset from its caller, so it is the zlib stream that must tell. */
    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonTellsAFailedPullFromAWholeOne(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        ScriptedAgent failing = ScriptedAgent.that(says(OUTPUT), ScriptedAgent.fails("no disk"));
        try (PullHost host = new PullHost(tls, failing, PullHost.SETTINGS, Clock.systemUTC()).serving(connection)) {
            assertThat(python(host, connection, "--tls", version).get(0).get("whole"))
                    .isNotEqualTo(true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslPulls(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = host(connection);
                AnnouncementRelay relay = new AnnouncementRelay(host.address())) {
            Run run = openssl(relay, connection, version, "-quiet");

            assertThat(run.status()).as(run.errors()).isZero();
            assertThat(Arrays.copyOf(run.output(), 3)).containsExactly(0, 0, 1);
            InputStream zlib = new ByteArrayInputStream(run.output(), 3, run.output().length - 3);
            assertThat(new String(new InflaterInputStream(zlib).readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(OUTPUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslCannotResumeASession(String version) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        Path session = dir.resolve("session.pem");
        try (PullHost host = host(connection)) {
            Run first;
            try (AnnouncementRelay relay = new AnnouncementRelay(host.address())) {
                first = openssl(relay, connection, version, "-ign_eof", "-sess_out", session.toString());
            }
            assertThat(first.outputText())
                    .contains("Verify return code: 0 (ok)", "New, TLSv1.")
                    .doesNotContain("Session Ticket arrived", "TLS session ticket:");
            // Written if there is anything to resume by, which a session's number would be under TLS 1.2.
            if (Files.exists(session)) {
                try (AnnouncementRelay relay = new AnnouncementRelay(host.address())) {
                    Run second = openssl(relay, connection, version, "-ign_eof", "-sess_in", session.toString());

                    assertThat(second.outputText())
                            .contains("Verify return code: 0 (ok)", "New, TLSv1.")
                            .doesNotContain("Reused, ");
                }
                Eventually.becomes("both were served", () -> agent.closedRuns() == 2);
            }
        }
    }

    /** Groups of finite fields (RFC 7919) cost a server hundreds of times what they cost who asks for them. */
    @ParameterizedTest
    @CsvSource({"X25519, true", "P-256, true", "P-384, true", "ffdhe2048, false", "ffdhe8192, false"})
    void opensslIsServedOverEllipticCurvesAlone(String group, boolean served) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        try (PullHost host = host(connection);
                AnnouncementRelay relay = new AnnouncementRelay(host.address())) {
            Run run = openssl(relay, connection, "-tls1_3", "-groups", group, "-ign_eof");

            assertThat(run.outputText().contains("New, TLSv1.3, Cipher is TLS_"))
                    .as(run.outputText() + run.errors())
                    .isEqualTo(served);
            if (!served) {
                assertThat(run.errors()).contains(" alert ");
                assertThat(agent.runs()).isZero();
            }
        }
    }

    private PullHost host(Connection connection) throws ListenException {
        return new PullHost(tls, agent, PullHost.SETTINGS, Clock.systemUTC()).serving(connection);
    }

    private List<Map<String, Object>> python(PullHost host, Connection connection, String... options) throws Exception {
        Path script = dir.resolve("fetch.py");
        try (InputStream source = SimulatedSite.class.getResourceAsStream("fetch.py")) {
            Files.write(script, source.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(
                "python3",
                script.toString(),
                host.puller().getHostAddress(),
                String.valueOf(host.address().getPort()),
                connection.uuid().toString(),
                dir.resolve("agent-ca.pem").toString(),
                dir.resolve("site-cert.pem").toString(),
                dir.resolve("site-key.pem").toString()));
        command.addAll(List.of(options));
        Run run = Run.of(command);
        assertThat(run.status()).as(run.errors()).isZero();
        List<Map<String, Object>> pulls = new ArrayList<>();
        for (Object pull : JSON.std.listFrom(run.output())) {
            pulls.add(JSON.std.mapFrom(JSON.std.asString(pull)));
        }
        return pulls;
    }

    private Run openssl(AnnouncementRelay relay, Connection connection, String... options) throws Exception {
        String uuid = connection.uuid().toString();
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + relay.port(),
                "-servername",
                uuid,
                "-CAfile",
                dir.resolve("agent-ca.pem").toString(),
                "-verify_hostname",
                uuid,
                "-verify_return_error",
                "-cert",
                dir.resolve("site-cert.pem").toString(),
                "-key",
                dir.resolve("site-key.pem").toString()));
        command.addAll(List.of(options));
        return Run.of(command);
    }

    /** A program that has run. */
    private record Run(int status, String outputText, String errors) {
        byte[] output() {
            return outputText.getBytes(StandardCharsets.ISO_8859_1);
        }

        static Run of(List<String> command) throws Exception {
            Path errors = Files.createTempFile("errors", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .redirectInput(new File("/dev/null"))
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                return new Run(process.exitValue(), output, Files.readString(errors));
            } catch (IOException e) {
                Assumptions.abort(command.get(0) + " is not installed");
                throw e;
            } finally {
                Files.delete(errors);
            }
        }
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestKeys;
import io.agentctl.pull.PullSettings.AllowList;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code sslscan}, who tries all there is, gets out of the port; compared with the table in {@code docs/tls-policy.md}. */
@OnEveryTlsStack
class TlsScanTest {
    private static final Path TABLE = Path.of("..", "docs", "tls-policy.md");
    private static final Pattern FOUND = Pattern.compile(
            "(?m)^((Preferred|Accepted) +TLSv1\\.[0-9] +[0-9]+ bits +[A-Z0-9_-]+|(SSL|TLS)v[0-9.]+ +enabled|TLSv1\\.3 +[0-9]+ bits +[a-z0-9]+)");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    @TempDir
    private Path folder;

    @Parameter
    private TlsStack tls;

    @ParameterizedTest
    @ValueSource(strings = {"ec-p256", "rsa-2048"})
    void findsWhatTheTableSays(String keyType) throws Exception {
        ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
        KeyPair key = keyType.equals("ec-p256") ? TestKeys.ec() : TestKeys.rsa(2048);
        try (SimulatedSite site = new SimulatedSite("prod", Clock.systemUTC())) {
            Connection connection = site.enroll("web1", ConnectionMode.PULL, UUID.randomUUID(), key);
            // It opens more connections at once than a site does.
            Door door = new Door(0, List.of(), AllowList.ANYONE, new Limits(100, 128, 16, 0), false, Optional.empty());
            try (PullHost host =
                            new PullHost(tls, agent, PullHost.behind(door), Clock.systemUTC()).serving(connection);
                    AnnouncementRelay relay = new AnnouncementRelay(host.address())) {
                site.writeTo(folder);
                String scan = scan(relay.port(), connection.uuid().toString());

                assertThat(found(scan)).as(scan).isEqualTo(table(keyType));
                assertThat(scan)
                        .contains("Session renegotiation not supported")
                        .doesNotContain("Insecure session renegotiation supported");
            }
        }
    }

    /** Protocols, suites and groups, sorted, since the order in which they are found is the scanner's own. */
    private static List<String> found(String scan) {
        return FOUND.matcher(scan)
                .results()
                .map(match -> match.group()
                        .replaceAll("^(Preferred|Accepted) +", "")
                        .replaceAll(" +[0-9]+ bits +", " ")
                        .replaceAll(" +", " "))
                .sorted()
                .toList();
    }

    private static List<String> table(String keyType) throws IOException {
        return Files.readString(TABLE)
                .split("(?m)^## .*" + keyType + ".*\n+```text\n", 2)[1]
                .split("```", 2)[0]
                .lines()
                .toList();
    }

    private String scan(int port, String serverName) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sslscan",
                "--no-colour",
                "--sni-name=" + serverName,
                "--no-check-certificate",
                "--iana-names",
                // Over TLS 1.2 whoever has no certificate is not told which suites there are.
                "--certs=" + folder.resolve("site-cert.pem"),
                "--pk=" + folder.resolve("site-key.pem"),
                "127.0.0.1:" + port));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return COLOUR.matcher(output).replaceAll("");
        } catch (IOException e) {
            Assumptions.abort("sslscan is not installed");
            throw e;
        }
    }
}

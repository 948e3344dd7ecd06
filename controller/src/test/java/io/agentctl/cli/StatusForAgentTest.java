package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.TestCa;
import io.agentctl.process.Controller;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way round the parser of command lines leads to the same answer, or is not taken. */
class StatusForAgentTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final TestCa AGENTS = TestCa.ofAgents("prod", CLOCK);

    @TempDir
    private Path folder;

    /** What can stand in a home directory. */
    private enum Contents {
        NOTHING_AT_ALL {
            @Override
            void fill(Path home) throws Exception {
                Files.delete(home);
            }
        },
        NOTHING {
            @Override
            void fill(Path home) {
                // It is there.
            }
        },
        MARKER {
            @Override
            void fill(Path home) throws Exception {
                Files.createFile(home.resolve("allow-legacy-pull"));
            }
        },
        EVERY_KIND_OF_CONNECTION {
            @Override
            void fill(Path home) throws Exception {
                register(home, connection(ConnectionMode.PULL, "prod", AGENTS));
                register(home, connection(ConnectionMode.PUSH, "test", TestCa.ofAgents("töst \"ü\"/ \\", CLOCK)));
                register(home, imported(connection(ConnectionMode.PULL, "other", AGENTS)));
                Files.createFile(home.resolve("allow-legacy-pull"));
            }
        },
        UNREADABLE_CERTIFICATES {
            @Override
            void fill(Path home) throws Exception {
                Connection good = connection(ConnectionMode.PULL, "prod", AGENTS);
                register(home, good.with("", good.certificate().substring(0, 300)));
                register(home, connection(ConnectionMode.PUSH, "test", AGENTS).with("", "no certificate"));
            }
        },
        CONFIGURATION {
            @Override
            void fill(Path home) throws Exception {
                configure(
                        home,
                        "allowed_ip = ['192.168.1.0/24', '::1', 'nonsense']\nagent = 'exec:true'\ncompression = 6");
            }
        },
        AGENT_BEYOND_TCP {
            @Override
            void fill(Path home) throws Exception {
                configure(home, "agent = 'tcp:localhost:1'");
            }
        };

        abstract void fill(Path home) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void answersLikeTheParsedCommand(Contents contents) throws Exception {
        contents.fill(folder);
        Controller controller = Controller.at(folder);
        // With one option more the parser is in charge.
        String parsed = controller
                .run("-v", "status", "--json", "--no-query-remote")
                .exits(0)
                .stdout();

        for (String[] arguments :
                new String[][] {{"status", "--json", "--no-query-remote"}, {"status", "--no-query-remote", "--json"}}) {
            Recorded terminal = new Recorded();
            assertThat(StatusForAgent.answered(terminal.invocation(folder), arguments))
                    .isTrue();
            assertThat(terminal.stdout()).isEqualTo(parsed);
            controller.run(arguments).succeeds().stdoutIs(parsed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cmk-agent-ctl.toml         | allowed_ips = ['::1']",
                "cmk-agent-ctl.toml         | allowed_ip = '::1'",
                "cmk-agent-ctl.toml         | allowed_ip =",
                "cmk-agent-ctl.toml         | agent = 'socket'",
                "registered_connections.json | {",
                "registered_connections.json | {\"pull\":{\"server/site\":{}}}",
            })
    void leavesWhatNeedsWordsToTheParsedCommand(String file, String text) throws Exception {
        Files.writeString(folder.resolve(file), text);

        Recorded terminal = new Recorded();
        assertThat(StatusForAgent.answered(terminal.invocation(folder), "status", "--json", "--no-query-remote"))
                .isFalse();
        assertThat(terminal.stdout()).isEmpty();
        assertThat(Controller.at(folder)
                        .run("status", "--json", "--no-query-remote")
                        .stderr())
                .contains(file)
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "status",
                "status --json",
                "status --no-query-remote",
                "--json --no-query-remote",
                "status --json --json",
                "status --no-query-remote --no-query-remote",
                "--json status --no-query-remote",
                "-v status --json --no-query-remote",
                "status --json --no-query-remote -d",
                "status --json --no-query-remote --help",
                "status --json=true --no-query-remote",
                "status --json --no-query-remot",
                "status --JSON --no-query-remote",
                "statuS --json --no-query-remote",
                "daemon --json --no-query-remote",
            })
    void answersNothingElse(String line) {
        Recorded terminal = new Recorded();

        assertThat(StatusForAgent.answered(terminal.invocation(folder), line.split(" ", -1)))
                .isFalse();
        assertThat(terminal.stdout()).isEmpty();
    }

    private static Connection connection(ConnectionMode mode, String site, TestCa ca) {
        UUID uuid = UUID.randomUUID();
        TestCa.Issued issued = ca.agent(uuid);
        return Connection.registered(
                mode,
                new ReceiverAddress(new SiteId("monitoring.example.com", site), 8000),
                uuid,
                issued.privateKeyPem(),
                issued.certificatePem(),
                ca.pem());
    }

    private static Connection imported(Connection connection) {
        return new Connection(
                Connection.Kind.PULL_IMPORTED,
                Optional.empty(),
                connection.uuid(),
                connection.privateKey(),
                connection.certificate(),
                connection.rootCert(),
                Map.of());
    }

    private static void register(Path home, Connection connection) throws Exception {
        new ConnectionRegistry(home).update(registry -> registry.with(connection));
    }

    private static void configure(Path home, String text) throws Exception {
        Files.writeString(home.resolve("cmk-agent-ctl.toml"), text);
    }

    /** Writes down what is said, and has nobody to ask. */
    private static final class Recorded implements Terminal {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

        Invocation invocation(Path home) {
            return new Invocation(Map.of("DEBUG_HOME_DIR", home.toString()), this, CLOCK);
        }

        String stdout() {
            return out.toString(StandardCharsets.UTF_8);
        }

        @Override
        public PrintStream out() {
            return stream;
        }

        @Override
        public PrintStream err() {
            throw new AssertionError("nothing is to be said on stderr");
        }

        @Override
        public InputStream in() {
            return InputStream.nullInputStream();
        }

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public Optional<String> ask(String question) {
            return Optional.empty();
        }

        @Override
        public Optional<String> askSecretly(String question) {
            return Optional.empty();
        }
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.PseudoTerminal;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnusedPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service tells of itself, and how much of it. */
class DaemonLogTest {
    private static final String LEVELS = "\"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"";

    /** Runs a command with JOURNAL_STREAM set to what its stderr is, whose numbers somebody else looks up. */
    private static final List<String> CONNECTED =
            List.of("sh", "-c", "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec \"$@\"", "sh");

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;
    private Controller controller;
    private int port;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
        port = UnusedPort.next();
        controller = host.controller().configured("pull_port = " + port, "warm_up = false");
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** With and without the parser of command lines. */
    @ParameterizedTest
    @ValueSource(strings = {"daemon", "pull"})
    void theEnvironmentChoosesAreas(String verb) throws Exception {
        try (RunningController daemon =
                controller.with("AGENT_CTL_LOG", "off,daemon=info").start("-vvv", verb)) {
            daemon.awaitOnStderr(" INFO daemon: pulls are served by ");
            // What area pull and area door have to tell of, and at -vvv do tell.
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            pull();

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" INFO daemon: "));
        }
    }

    @Test
    void theOptionWins() throws Exception {
        try (RunningController daemon = controller
                .with("AGENT_CTL_LOG", "trace")
                .start("--log-level", "off", "daemon", "--log-level", "error,pull=info")) {
            daemon.awaitPort();
            pull();
            daemon.awaitOnStderr(" INFO pull: pull of localhost/prod by ");

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" INFO pull: "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"daemon", "daemon -v", "daemon --detect-proxy", "status", "status --json --no-query-remote"})
    void theEnvironmentIsUnderstoodOrRefused(String command) throws Exception {
        String verb = command.split(" ", 2)[0];
        controller = controller.with("AGENT_CTL_LOG", "info,pull=loud");

        controller
                .run(command.split(" ", -1))
                .isMisused("environment variable AGENT_CTL_LOG: level 'loud' must be " + LEVELS, verb);
        controller.run(verb, "--help").succeeds();
    }

    /** As service managers connect it with the journal: JOURNAL_STREAM names what stderr is. */
    @ParameterizedTest
    @ValueSource(strings = {"daemon", "pull"})
    @EnabledOnOs(OS.LINUX)
    void theJournalGetsPriorities(String verb) throws Exception {
        try (RunningController daemon = controller.start(CONNECTED, "-v", verb)) {
            daemon.awaitOnStderr("<6>pull: listening on ");
            pull();
            daemon.awaitOnStderr("<6>pull: pull of localhost/prod by ");
            host.agent().close();
            failedPull();
            daemon.awaitOnStderr("<4>pull: pull of localhost/prod by ");

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .allSatisfy(line -> assertThat(line).matches("<[3467]>(daemon|pull|door): .*"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theJournalGetsPrioritiesInAFile() throws Exception {
        Path stderr = Files.createFile(folder.resolve("stderr"));
        String stream = Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino");
        try (RunningController daemon = controller
                .with("JOURNAL_STREAM", stream)
                .start(List.of("sh", "-c", "exec \"$@\" 2>\"$0\"", stderr.toString()), "-v", "daemon")) {
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            daemon.terminate().awaitEnd().exits(0).stderrIs("");
        }
        assertThat(Files.readAllLines(stderr)).contains("<6>daemon: stopping");
    }

    /** As whoever is started by a service, with a stderr of its own, has inherited the variable. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsNotTheJournalGetsNone() throws Exception {
        Path other = Files.createFile(folder.resolve("other"));
        String stream = Files.getAttribute(other, "unix:dev") + ":" + Files.getAttribute(other, "unix:ino");
        for (String named : List.of(stream, "", "9:4711:1", "no numbers")) {
            controller
                    .configured("no_such = 1")
                    .with("JOURNAL_STREAM", named)
                    .run("status", "--no-query-remote")
                    .exits(0)
                    .assertStderr()
                    .matches("2\\S+ WARN config: .*no_such\n");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theReasonOfAnEndHasItsPriorityToo() throws Exception {
        controller = controller.configured("pull_port = 70000");
        for (String verb : List.of("daemon", "pull")) {
            try (RunningController daemon = controller.start(CONNECTED, "-vvv", verb)) {
                daemon.awaitEnd()
                        .exits(1)
                        .assertStderr()
                        .startsWith("<3>" + Controller.name() + ": ")
                        .contains("pull_port", " | at ")
                        .hasLineCount(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"daemon", "pull"})
    void programsGetObjects(String verb) throws Exception {
        host.agent().close();
        try (RunningController daemon =
                controller.with("AGENT_CTL_LOG_FORMAT", "json").start("-vvv", verb)) {
            daemon.awaitOnStderr("listening on ");
            failedPull();
            daemon.awaitOnStderr("\"pull of localhost/prod by ");

            List<Map<String, Object>> events =
                    objects(daemon.terminate().awaitEnd().exits(0).stderr());
            assertThat(events).allSatisfy(event -> {
                assertThat(event).containsKeys("time", "level", "area", "message");
                assertThat(Instant.parse(event.get("time").toString())).isBefore(Instant.now());
            });
            assertThat(events)
                    .filteredOn(event -> "warn".equals(event.get("level")) && "pull".equals(event.get("area")))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat((List<?>) event.get("causes")).isNotEmpty();
                        assertThat(event.get("trace").toString()).contains("\n\tat io.agentctl.");
                    });
            assertThat(events)
                    .anySatisfy(event -> assertThat(event)
                            .containsEntry("level", "info")
                            .containsEntry("area", "daemon")
                            .containsEntry("message", "stopping"));
        }
    }

    /** A reader that is not ours. */
    @Test
    void pythonReadsTheObjects() throws Exception {
        Assumptions.assumeTrue(PseudoTerminal.isAvailable(), "python3 is not installed");
        String stderr = controller
                .configured("\"gr\u00fc\u00df \\u202e\\n\\u0000\\U0001f600\" = 1")
                .run("--log-format", "json", "status", "--no-query-remote")
                .exits(0)
                .stderr();
        Process python = new ProcessBuilder(
                        "python3", "-c", "import json, sys\nprint(ascii(json.loads(sys.stdin.read())['message']))")
                .redirectErrorStream(true)
                .start();
        try (OutputStream stdin = python.getOutputStream()) {
            stdin.write(stderr.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("gr\\xfc\\xdf \\u202e\\n\\x00\\U0001f600'\n");
    }

    /** Keys of the settings file stand for all that others choose and the log repeats. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "journald", "json"})
    void nobodyForgesALine(String format) throws Exception {
        controller = controller.configured(
                "pull_port = " + port, "\"x\\n2026-11-24T02:03:04Z ERROR pull: forged\\u001b[2J\\r<3>forged\" = 1");
        try (RunningController daemon =
                controller.with("AGENT_CTL_LOG_FORMAT", format).start("daemon")) {
            daemon.awaitOnStderr("ERROR pull: forged");
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));

            daemon.terminate()
                    .awaitEnd()
                    .exits(0)
                    .assertStderr()
                    .containsIgnoringCase("x\\n2026-11-24T02:03:04Z ERROR pull: forged\\u001b[2J\\r<3>forged")
                    .doesNotContain("\u001b", "\r")
                    .doesNotContainPattern("(?m)^2026-11-24T02:03:04Z|^<3>forged");
        }
    }

    @Test
    void causesAndStackTraceStandOnTheLine() throws Exception {
        host.agent().close();
        try (RunningController daemon = controller.start("--log-level", "info,pull=trace", "daemon")) {
            daemon.awaitPort();
            failedPull();
            assertThat(daemon.awaitOnStderr(" WARN pull: pull of localhost/prod by "))
                    .contains("; caused by ", " | at io.agentctl.");

            assertThat(daemon.terminate().awaitEnd().exits(0).stderr().lines())
                    .allSatisfy(line -> assertThat(line).matches("2\\S+Z [A-Z]+ [a-z]+: .*"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileIsPlainUnlessAFormatIsNamed() throws Exception {
        Path plain = folder.resolve("plain.log");
        Path json = folder.resolve("json.log");
        try (RunningController daemon = controller.start(CONNECTED, "-v", "daemon", "--log-file", plain.toString())) {
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            daemon.terminate().awaitEnd().succeeds();
        }
        try (RunningController daemon =
                controller.start("-v", "--log-format=json", "daemon", "--log-file", json.toString())) {
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            daemon.terminate().awaitEnd().succeeds();
        }

        assertThat(Files.readAllLines(plain))
                .anySatisfy(line -> assertThat(line).endsWith("Z INFO daemon: stopping"));
        assertThat(objects(Files.readString(json)))
                .anySatisfy(event -> assertThat(event).containsEntry("message", "stopping"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeWrittenIsSaidOnce() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon", "--log-file", "/dev/full")) {
            Eventually.becomes("it listens", () -> Puller.announcement(port).equals("16"));
            pull();

            daemon.terminate()
                    .awaitEnd()
                    .exits(0)
                    .assertStderr()
                    .contains(" ERROR daemon: cannot write the log: No space left on device; it goes on without\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void theFormatIsUnderstoodOrRefused() throws Exception {
        String expected = "'xml' must be \"plain\", \"journald\" or \"json\"";
        for (String verb : List.of("daemon", "pull")) {
            controller
                    .with("AGENT_CTL_LOG_FORMAT", "xml")
                    .run(verb)
                    .isMisused("environment variable AGENT_CTL_LOG_FORMAT: " + expected, verb);
        }
        controller
                .run("daemon", "--log-format=xml")
                .isMisused("Invalid value for option '--log-format': " + expected, "daemon");
    }

    @Test
    void theOptionIsUnderstoodOrRefused() throws Exception {
        controller
                .run("daemon", "--log-level", "loud")
                .isMisused("Invalid value for option '--log-level': level 'loud' must be " + LEVELS, "daemon");
        controller
                .run("--log-level", "spool=off", "daemon")
                .isMisused(
                        "Invalid value for option '--log-level': area 'spool' must be \"audit\", \"config\","
                                + " \"connection\", \"crl\", \"daemon\", \"door\", \"live\", \"pull\", \"push\", \"registration\","
                                + " \"registry\" or \"renewal\"",
                        "");
    }

    private static List<Map<String, Object>> objects(String lines) throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }

    private void failedPull() throws IOException {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEmpty();
    }

    private void pull() throws IOException {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEqualTo(MonitoredHost.OUTPUT);
    }
}

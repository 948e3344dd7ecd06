package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.ServiceWrapper;
import io.agentctl.process.UnixAgent;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as the program that wraps it on Windows starts, stops and watches it: by methods, with a log in a file. */
class DaemonAsWindowsServiceTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Path log;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(Controller.isAtHand(), "a launcher starts no other class");
        host = new MonitoredHost(folder);
        controller = host.controller().startedBy(ServiceWrapper.class);
        // Which is of no interest here.
        controller.configured("warm_up = false", Controller.THIS_HOST_ALONE);
        log = folder.resolve("log").resolve("agent-ctl.log");
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void letsAPullEndWhenItIsStopped() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        CountDownLatch half = new CountDownLatch(1);
        String first = "<<<check_mk>>>\n" + "first half\n".repeat(50_000);
        host.agent().becomes(agent -> {
            UnixAgent.write(agent, first);
            if (half.await(90, TimeUnit.SECONDS)) {
                UnixAgent.write(agent, "second half\n");
            }
        });
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0", "--log-file", log.toString())) {
            int port = awaitPort();
            try (Fetching fetching = host.site().fetcher(connection.uuid()).open(MonitoredHost.at(port))) {
                fetching.awaitPayload(1000);
                daemon.feed(new byte[0]);
                Eventually.becomes(
                        "nobody else is let in", () -> Puller.announcement(port).equals("refused"));
                assertThat(daemon.isAlive()).isTrue();
                half.countDown();

                Pull pull = fetching.finish();
                assertThat(pull.isComplete()).as(pull::detail).isTrue();
                assertThat(pull.payload()).isEqualTo(first + "second half\n");
            }
            daemon.awaitEnd().succeeds().stdoutIs("");
        }
        assertThat(Files.readString(log))
                .contains(" INFO daemon: stopping" + System.lineSeparator())
                .doesNotContain("WARN", "ERROR");
    }

    @Test
    void endsWithTheReasonInItsLogAndAStatusThatItsWatcherUnderstands() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        try (ServerSocket other = new ServerSocket(0);
                RunningController daemon = controller.start(
                        "daemon", "--port", String.valueOf(other.getLocalPort()), "--log-file", log.toString())) {
            daemon.awaitEnd()
                    .exits(1)
                    .assertStderr()
                    .startsWith("agent-ctl: cannot listen on port " + other.getLocalPort() + ": ")
                    .hasLineCount(1);
            assertThat(Files.readString(log))
                    .contains(" ERROR daemon: cannot listen on port " + other.getLocalPort() + ": ")
                    .hasLineCount(1);
        }
    }

    private int awaitPort() throws InterruptedException {
        Pattern listening = Pattern.compile("listening on \\S+:(\\d+)$", Pattern.MULTILINE);
        Eventually.becomes(
                "the log says that it listens",
                () -> listening.matcher(written()).find());
        Matcher matcher = listening.matcher(written());
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private String written() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

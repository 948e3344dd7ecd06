package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnusedPort;
import io.agentctl.pull.TlsStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon loads stays in a monitored host's memory: whose TLS it is, and that no library comes in for a rare need. */
class LeanDaemonTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;
    private Path classes;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        // One that is due for renewal would be renewed at some moment of the first minute.
        Instant now = Instant.now();
        connection =
                host.enroll("web1", ConnectionMode.PULL, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
        classes = folder.resolve("classes");
        String tracing = "-Xlog:class+load=info:file=" + classes;
        controller = host.controller().with("AGENT_CTL_JAVA_OPTS", tracing);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void pullsDoWithoutBouncyCastle() throws Exception {
        try (RunningController daemon = controller.start("-vv", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            daemon.awaitOnStderr(Controller.isNative() ? " practised 3 pulls" : " practised 60 pulls");
            assertThat(daemon.countOnStderr(" KiB are given back") > 0).isEqualTo(Controller.isNative());
            assertServed(port);
        }
        assertThat(loadedClasses()).contains(" io.agentctl.pull.PullTask ").doesNotContain(" org.bouncycastle.");
    }

    /** As a service is started; its port is then a setting. */
    @Test
    void aServiceDoesWithoutTheParserOfCommandLines() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        controller = host.controller()
                .with("AGENT_CTL_JAVA_OPTS", "-Xlog:class+load=info:file=" + classes + " -Djava.io.tmpdir=" + temporary)
                .configured("pull_port = " + UnusedPort.next());
        try (RunningController daemon = controller.start("daemon", "-vv")) {
            int port = daemon.awaitPort();
            daemon.awaitOnStderr(Controller.isNative() ? " practised 3 pulls" : " practised 60 pulls");
            assertServed(port);
        }
        assertThat(loadedClasses())
                .contains(" io.agentctl.pull.PullTask ")
                .doesNotContain(" picocli.")
                .doesNotContain(" org.bouncycastle.");
        assertThat(temporary).isEmptyDirectory();
    }

    /** Settings and registry may need it later; so this one fails before it has read them. */
    @Test
    void theLogTakesJsonOnlyWhereItIsChosen() throws Exception {
        controller = controller.with("DEBUG_MAX_CONNECTIONS", "many");
        controller.run("daemon").exits(1).assertStderr().hasLineCount(1);
        assertThat(loadedClasses())
                .contains(" io.agentctl.cli.LogFormat ")
                .doesNotContain(" io.agentctl.json.", " com.fasterxml.");

        controller.with("AGENT_CTL_LOG_FORMAT", "json").run("daemon").exits(1);
        assertThat(loadedClasses()).contains(" io.agentctl.json.JsonText ");
    }

    /** By either way into it. */
    @Test
    void aFailureIsToldInTheSameWords() throws Exception {
        controller = host.controller().configured("pull_port = 70000");
        String told = controller.run("daemon").exits(1).stderr();

        assertThat(told).contains("pull_port").endsWith("\n").hasLineCount(1);
        assertThat(controller.run("daemon", "--detect-proxy").exits(1).stderr()).isEqualTo(told);
        assertThat(controller.run("-v", "daemon", "-v").exits(1).stderr())
                .isEqualTo(controller
                        .run("-vv", "daemon", "--detect-proxy")
                        .exits(1)
                        .stderr());
    }

    @Test
    void theOperatorChoosesTheJdksTls() throws Exception {
        controller = controller.configured("tls_provider = \"jdk\"", "warm_up = false");
        try (RunningController daemon = controller.start("-vv", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(daemon.stderr()).contains(" INFO daemon: pulls are served by the JDK's TLS\n");
            assertServed(port);
            assertThat(daemon.stderr()).doesNotContain("practised");
        }
        assertThat(loadedClasses()).doesNotContain(" io.netty.internal.tcnative.");
    }

    @Test
    void boringsslServesWhereItCan() throws Exception {
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(daemon.stderr())
                    .contains(
                            TlsStack.OPENSSL.obstacle().isEmpty()
                                    ? " INFO daemon: pulls are served by BoringSSL\n"
                                    : " INFO daemon: pulls are served by the JDK's TLS, since BoringSSL cannot be used here: ");
            assertServed(port);
        }
    }

    @Test
    void servesAllTheSameWhereWhatIsAskedForCannotBeHad() throws Exception {
        controller = controller
                .configured("tls_provider = \"openssl\"")
                .withProperty("io.netty.handler.ssl.noOpenSsl", "true");
        try (RunningController daemon = controller.start("daemon", "--port", "0", "-v")) {
            int port = daemon.awaitPort();
            assertThat(daemon.stderr())
                    .contains(" WARN daemon: pulls are served by the JDK's TLS, since BoringSSL cannot be used here: ");
            assertServed(port);
        }
    }

    private String loadedClasses() throws IOException {
        assumeFalse(Controller.isNative(), "a native executable loads no classes");
        return Files.readString(classes);
    }

    private void assertServed(int port) throws IOException {
        assertThat(host.site()
                        .fetcher(connection.uuid())
                        .pull(MonitoredHost.at(port))
                        .payload())
                .isEqualTo(MonitoredHost.OUTPUT);
    }
}

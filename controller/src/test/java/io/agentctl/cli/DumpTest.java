package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.UnixAgent.Behaviour;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The agent's output as it is, from wherever an agent can be. */
@TestInstance(Lifecycle.PER_CLASS)
class DumpTest {
    @TempDir
    private static Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeAll
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterAll
    void stop() throws IOException {
        host.close();
    }

    @Test
    void dumpsAUnixSocket() throws Exception {
        host.agent().becomes(Behaviour.says(MonitoredHost.OUTPUT));

        controller.run("dump").succeeds().stdoutIs(MonitoredHost.OUTPUT);

        assertThat(host.agent().requesters()).last().isEqualTo("");
    }

    @Test
    void dumpsATcpPort() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> requester = CompletableFuture.supplyAsync(() -> serveOnce(server));

            controller
                    .run("dump", "--agent", "tcp:localhost:" + server.getLocalPort())
                    .succeeds()
                    .stdoutIs("<<<check_mk>>>\n");

            assertThat(requester.get(60, TimeUnit.SECONDS)).isEqualTo("\n");
        }
    }

    @Test
    void dumpsACommand() throws Exception {
        controller.configured("agent = \"exec:printf '<<<check_mk>>>\\\\nRemote: [%s]\\\\n' \\\"$REMOTE\\\"\"");
        try {
            controller.run("dump").succeeds().stdoutIs("<<<check_mk>>>\nRemote: []\n");
        } finally {
            Files.delete(controller.home().resolve("cmk-agent-ctl.toml"));
        }
    }

    @Test
    void passesBytesOnAsTheyAre() throws Exception {
        controller
                .run("dump", "--agent", "exec:printf '\\303\\244\\000\\015\\012'")
                .succeeds()
                .stdoutIs("ä\u0000\r\n");
    }

    @Test
    void tellsThatTheCommandFailed() throws Exception {
        controller
                .run("dump", "--agent", "exec:echo begin; exit 3")
                .exits(1)
                .stdoutIs("begin\n")
                .assertStderr()
                .startsWith(Controller.name() + ": the agent at exec:echo begin; exit 3 ")
                .endsWith("ended with exit status 3\n")
                .hasLineCount(1);
    }

    @Test
    void tellsThatTheAgentFellSilent() throws Exception {
        host.agent().becomes(Behaviour.stallsAfter("<<<check"));
        controller.configured("agent_timeout = 1");
        try {
            controller
                    .run("dump")
                    .exits(1)
                    .stdoutIs("<<<check")
                    .stderrIs(Controller.name() + ": the agent at unix:"
                            + controller.home().resolve("run").resolve("check-mk-agent.socket")
                            + " has been silent for 1 s\n");
        } finally {
            Files.delete(controller.home().resolve("cmk-agent-ctl.toml"));
        }
    }

    @Test
    void tellsThatThereIsNoAgent() throws Exception {
        Path nowhere = folder.resolve("nowhere");

        controller
                .run("dump", "--agent", "unix:" + nowhere)
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": the agent at unix:" + nowhere + " cannot be reached: ")
                .hasLineCount(1);
    }

    private static String serveOnce(ServerSocket server) {
        try (Socket socket = server.accept();
                OutputStream out = socket.getOutputStream()) {
            String requester = new String(socket.getInputStream().readNBytes(1), StandardCharsets.US_ASCII);
            out.write("<<<check_mk>>>\n".getBytes(StandardCharsets.US_ASCII));
            return requester;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

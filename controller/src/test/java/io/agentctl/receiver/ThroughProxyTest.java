package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.Eventually;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ConnectProxy;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent receiver behind a proxy: the TLS in the tunnel is still ours and the site's, and the proxy alone gets its login. */
class ThroughProxyTest {
    private SimulatedSite site;
    private Connection host;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        host = site.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void goesThroughAnOpenProxy() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.open()) {
            assertThat(ask("site.invalid", proxy.environment(""))).isEqualTo(registered());
            assertThat(proxy.requests()).containsExactly("CONNECT site.invalid:" + site.receiverPort() + " HTTP/1.1");
        }
    }

    @Test
    void logsInWhenTheProxyAsks() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.of("us@er", "p%+:ss")) {
            assertThat(ask("site.invalid", proxy.environment("us%40er:p%25+%3Ass@")))
                    .isEqualTo(registered());
            assertThat(site.requests().get(0).headers()).doesNotContainKey("proxy-authorization");
        }
    }

    @Test
    void offersAWrongLoginOnce() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.of("user", "right")) {
            Throwable failure = catchThrowable(() -> ask("site.invalid", proxy.environment("user:wr0ng-horse@")));

            assertThat(failure)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessage("cannot reach site.invalid:" + site.receiverPort() + " through the proxy 127.0.0.1:"
                            + proxy.port() + ": Unable to tunnel through proxy. Proxy returns"
                            + " \"HTTP/1.1 407 Proxy Authentication Required\"");
            Secrets.assertAbsent(failure, "wr0ng-horse", "dXNlcjp3cjBuZy1ob3JzZQ==");
            assertThat(proxy.requests()).hasSize(2);
            assertThat(site.requests()).isEmpty();
        }
    }

    @Test
    void isRefusedWithoutALogin() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.of("user", "right")) {
            assertThat(catchThrowable(() -> ask("site.invalid", proxy.environment(""))))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageEndingWith("Proxy returns \"HTTP/1.1 407 Proxy Authentication Required\"");
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void goesPastTheProxyToAnExceptedServer() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.open()) {
            assertThat(ask(
                            "localhost",
                            new ProxyEnvironment(Map.of(
                                    "https_proxy", "http://127.0.0.1:" + proxy.port(), "no_proxy", "localhost"))))
                    .isEqualTo(registered());
            assertThat(proxy.requests()).isEmpty();
        }
    }

    @Test
    void saysThatTheProxyIsDown() {
        assertThat(catchThrowable(
                        () -> ask("localhost", new ProxyEnvironment(Map.of("https_proxy", "http://127.0.0.1:1")))))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort()
                        + " through the proxy 127.0.0.1:1: the proxy refused the connection; is it running?");
        assertThat(catchThrowable(() -> ask(
                        "localhost", new ProxyEnvironment(Map.of("https_proxy", "http://no-such-proxy.invalid:1")))))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort()
                        + " through the proxy no-such-proxy.invalid:1: the proxy's host name is unknown; is it spelt"
                        + " right, and does this host's DNS work?");
    }

    @Test
    void namesAVariableThatItCannotUnderstand() {
        Throwable failure = catchThrowable(
                () -> ask("localhost", new ProxyEnvironment(Map.of("https_proxy", "u:secret@proxy:99999"))));
        assertThat(failure)
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort()
                        + ": environment variable https_proxy: '…@proxy:99999' is not a proxy: expected"
                        + " [http://][user:password@]host[:port]");
        Secrets.assertAbsent(failure, "secret");
    }

    @Test
    void goesThroughTinyproxy(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(hasTinyproxy(), "tinyproxy is not installed");
        int port = UnusedPort.next();
        Path configuration = Files.writeString(
                dir.resolve("tinyproxy.conf"),
                "Port " + port + "\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth user right\nPidFile \""
                        + dir.resolve("pid") + "\"\nLogFile \"" + dir.resolve("log") + "\"\n");
        Process tinyproxy = new ProcessBuilder("tinyproxy", "-d", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out").toFile())
                .start();
        try {
            Eventually.becomes("tinyproxy listens or has ended", () -> !tinyproxy.isAlive() || accepts(port));
            assertThat(tinyproxy.isAlive())
                    .as(Files.readString(dir.resolve("out")))
                    .isTrue();

            assertThat(ask("localhost", environment("user:right@", port))).isEqualTo(registered());
            assertThat(catchThrowable(() -> ask("localhost", environment("user:wrong@", port))))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageStartingWith("cannot reach localhost:" + site.receiverPort()
                            + " through the proxy 127.0.0.1:" + port + ": Unable to tunnel through proxy.");
        } finally {
            tinyproxy.destroy();
            if (!tinyproxy.waitFor(10, TimeUnit.SECONDS)) {
                tinyproxy.destroyForcibly();
            }
        }
    }

    private RegistrationStatus ask(String server, ProxyEnvironment proxies) throws Exception {
        return new HttpAgentReceiver(
                        new ReceiverAddress(new SiteId(server, "prod"), site.receiverPort()),
                        host.trust(Clock.systemUTC()),
                        Optional.of(host.identity()),
                        proxies,
                        Timeouts.PATIENT)
                .registrationStatus(host.uuid());
    }

    private static RegistrationStatus registered() {
        return new RegistrationStatus.Registered("web1", ConnectionMode.PULL);
    }

    private static ProxyEnvironment environment(String login, int port) {
        return new ProxyEnvironment(Map.of("https_proxy", "http://" + login + "127.0.0.1:" + port));
    }

    private static boolean hasTinyproxy() throws InterruptedException {
        try {
            return new ProcessBuilder(List.of("tinyproxy", "-v"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}

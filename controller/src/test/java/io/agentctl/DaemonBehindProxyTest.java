package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.IpNetwork;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnusedPort;
import io.agentctl.site.Pull;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that proxies alone may reach, HAProxy among them: what they say of whom they come for counts, and nobody else is believed. */
class DaemonBehindProxyTest {
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
        controller = host.controller()
                .with("DEBUG_CONNECTION_TIMEOUT", "2")
                .configured("proxy_protocol = true", "trusted_proxies = [\"127.0.0.0/30\"]", "warm_up = false");
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void servesSitesThroughHaproxy(String version) throws Exception {
        assumeTrue(isInstalled("haproxy"), "haproxy is not installed");
        try (RunningController daemon = daemon()) {
            int front = UnusedPort.next();
            Path configuration =
                    Files.writeString(folder.resolve("haproxy.cfg"), """
                    defaults
                      mode tcp
                      timeout connect 20s
                      timeout client 60s
                      timeout server 60s
                    listen agent
                      bind 127.0.0.1:%d
                      server controller 127.0.0.1:%d %s
                    """.formatted(front, daemon.awaitPort(), version));
            Process haproxy = new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("haproxy.log").toFile())
                    .start();
            try {
                Eventually.becomes(
                        "HAProxy listens", () -> !Puller.announcement(front).equals("refused"));

                Pull pull = host.site()
                        .fetcher(connection.uuid())
                        .from(IpNetwork.parse("127.0.0.77").address())
                        .pull(MonitoredHost.at(front));

                assertThat(pull.payload()).as(pull::detail).isEqualTo(MonitoredHost.OUTPUT);
                assertThat(host.agent().requesters()).containsExactly("127.0.0.77");
                daemon.awaitOnStderr(" INFO pull: pull of localhost/prod by 127.0.0.77: ");
            } finally {
                haproxy.destroy();
                haproxy.waitFor(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void whomTheProxyNamesIsJudged() throws Exception {
        controller.configured(
                "proxy_protocol = true",
                "trusted_proxies = [\"127.0.0.0/30\"]",
                "allowed_ip = [\"192.0.2.0/24\", \"2001:db8::/32\"]");
        try (RunningController daemon = daemon()) {
            int port = daemon.awaitPort();

            assertThat(says(port, "PROXY TCP4 192.0.2.7 192.0.2.1 40001 6556\r\n"))
                    .isEqualTo("16");
            assertThat(says(port, "PROXY TCP6 2001:db8::7 2001:db8::1 40001 6556\r\n"))
                    .isEqualTo("16");
            assertThat(says(port, v2(1, 0x11, 192, 0, 2, 7, 192, 0, 2, 1, 0x9c, 0x41, 0x19, 0x9c)))
                    .isEqualTo("16");
            assertThat(says(port, "PROXY TCP4 198.51.100.7 192.0.2.1 40001 6556\r\n"))
                    .isEmpty();
            daemon.awaitOnStderr(" INFO pull: refused 198.51.100.7: its address is not in allowed_ip");
        }
    }

    /** Not the proxy's address has three connections then, but the client's. */
    @Test
    void whomTheProxyNamesIsCounted() throws Exception {
        try (RunningController daemon = daemon();
                Puller first = from(daemon.awaitPort(), "192.0.2.7");
                Puller second = from(daemon.awaitPort(), "192.0.2.7");
                Puller third = from(daemon.awaitPort(), "192.0.2.7");
                Puller fourth = from(daemon.awaitPort(), "192.0.2.7");
                Puller other = from(daemon.awaitPort(), "192.0.2.8")) {
            assertThat(List.of(first.next(2), second.next(2), third.next(2), other.next(2)))
                    .containsOnly("16");
            assertThat(fourth.next(2)).isEmpty();
            daemon.awaitOnStderr(" INFO pull: refused 192.0.2.7: its address already has 3 connections");
        }
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        try (RunningController daemon = daemon();
                Socket stranger = new Socket()) {
            stranger.bind(new InetSocketAddress(IpNetwork.parse("127.0.0.9").address(), 0));
            stranger.connect(MonitoredHost.at(daemon.awaitPort()));
            stranger.setSoTimeout(60_000);

            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            daemon.awaitOnStderr(" INFO pull: refused 127.0.0.9: its address is not in trusted_proxies");
        }
    }

    @Test
    void aProxyHasToSayForWhomItComes() throws Exception {
        try (RunningController daemon = daemon()) {
            int port = daemon.awaitPort();
            String refusal = " WARN pull: refused 127.0.0.1: a trusted proxy, but it ";

            assertThat(says(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).isEmpty();
            daemon.awaitOnStderr(refusal + "does not begin with a PROXY header");
            assertThat(says(port, "")).isEmpty();
            daemon.awaitOnStderr(refusal + "sent no PROXY header within 2 s");
            assertThat(says(port, "PROXY TCP4 localhost 192.0.2.1 40001 6556\r\n"))
                    .isEmpty();
            assertThat(says(port, "PROXY TCP4 192.0.2.7 192.0.2.1 99999 6556\r\n"))
                    .isEmpty();
            assertThat(says(port, "PROXY TCP4 " + "1".repeat(200) + "\r\n")).isEmpty();
            assertThat(says(port, v2(1, 0x11, 192, 0, 2))).isEmpty();
            assertThat(host.agent().requesters()).isEmpty();
        }
    }

    /** They look whether we live. */
    @Test
    void aProxyMayComeOnItsOwnBehalf() throws Exception {
        try (RunningController daemon = daemon()) {
            int port = daemon.awaitPort();

            assertThat(says(port, v2(0, 0))).isEmpty();
            assertThat(says(port, "PROXY UNKNOWN\r\n")).isEmpty();
            daemon.terminate().awaitEnd().exits(0);

            assertThat(daemon.countOnStderr("refused")).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void isNotToBeHadWithoutTrust() throws Exception {
        controller
                .configured("proxy_protocol = true")
                .run("daemon")
                .fails(
                        controller.home().resolve("cmk-agent-ctl.toml")
                                + ": proxy_protocol = true needs trusted_proxies, the addresses of the proxies: whoever else sent such a header could call itself anybody");
    }

    private RunningController daemon() throws IOException {
        return controller.start("-v", "daemon", "--port", "0");
    }

    private static Puller from(int port, String address) throws IOException {
        Puller puller = Puller.connect(port);
        puller.says(("PROXY TCP4 " + address + " 192.0.2.1 40001 6556\r\n").getBytes(StandardCharsets.US_ASCII));
        return puller;
    }

    private static String says(int port, String header) throws IOException {
        return says(port, header.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns the first two bytes of the answer; fewer if the connection ends before. */
    private static String says(int port, byte[] header) throws IOException {
        try (Puller puller = Puller.connect(port)) {
            puller.says(header);
            return puller.next(2);
        } catch (SocketException e) {
            // Reset: what was sent is not even read.
            return "";
        }
    }

    /** The binary form: command, family and protocol, then the addresses. */
    private static byte[] v2(int command, int family, int... addresses) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(0x20 | command);
        header.write(family);
        header.write(0);
        header.write(addresses.length);
        for (int octet : addresses) {
            header.write(octet);
        }
        return header.toByteArray();
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(program, "-v").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        }
    }
}

package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect, from where, how often and for how long. */
class DaemonLimitsTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        connection = host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void servesOneConnectionPerAddressIfTold() throws Exception {
        try (RunningController daemon = start(host.controller().with("DEBUG_MAX_CONNECTIONS", "1"))) {
            int port = daemon.awaitPort();
            try (Puller first = Puller.connect(port)) {
                assertThat(first.next(2)).isEqualTo("16");

                assertThat(Puller.hear(port)).isEmpty();
                daemon.awaitOnStderr(" INFO pull: refused 127.0.0.1: its address already has 1 connections");
            }
            Eventually.becomes(
                    "the next one may", () -> Puller.announcement(port).equals("16"));
        }
    }

    @Test
    void waitsForASilentPeerNoLongerThanTold() throws Exception {
        try (RunningController daemon = start(host.controller().with("DEBUG_CONNECTION_TIMEOUT", "1"))) {
            int port = daemon.awaitPort();

            assertThat(Puller.hear(port)).isEqualTo("16");

            daemon.awaitOnStderr(" INFO pull: refused 127.0.0.1: no handshake within 1 s");
            // On a busy machine a handshake may take a second as well.
            Eventually.becomes("the site is served", () -> isServed(port));
        }
    }

    @Test
    void closesToOthersThanAllowed() throws Exception {
        host.controller().configured("allowed_ip = [\"192.0.2.0/24\", \"2001:db8::1\"]");
        try (RunningController daemon = start(host.controller())) {
            assertThat(Puller.hear(daemon.awaitPort())).isEmpty();

            daemon.awaitOnStderr(" INFO pull: refused 127.0.0.1: its address is not in allowed_ip");
        }
    }

    @Test
    void opensToNobodyForAnEntryThatItCannotUnderstand() throws Exception {
        host.controller().configured("allowed_ip = [\"localhost\"]");
        try (RunningController daemon = start(host.controller())) {
            daemon.awaitOnStderr(
                    " WARN daemon: file " + host.controller().home().resolve("cmk-agent-ctl.toml") + ": allowed_ip: ");

            assertThat(Puller.hear(daemon.awaitPort())).isEmpty();
        }
    }

    @Test
    void ignoresAnEntryThatItCannotUnderstand() throws Exception {
        host.controller().configured("allowed_ip = [\"nonsense\", \"127.0.0.0/8\"]");
        try (RunningController daemon = start(host.controller())) {
            assertThat(pull(daemon.awaitPort()).isComplete()).isTrue();

            assertThat(daemon.countOnStderr("; it is ignored")).isEqualTo(1);
        }
    }

    @Test
    void takesThePortFromTheConfiguration() throws Exception {
        int port;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        host.controller().configured("pull_port = " + port);
        try (RunningController daemon = host.controller().start("-v", "daemon")) {
            assertThat(daemon.awaitPort()).isEqualTo(port);

            assertThat(pull(port).isComplete()).isTrue();
        }
    }

    @Test
    void isReachedByBothProtocols() throws Exception {
        List<InetAddress> loopback = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(network -> Collections.list(network.getInetAddresses()).stream())
                .filter(InetAddress::isLoopbackAddress)
                .toList();
        Assumptions.assumeTrue(loopback.stream().anyMatch(Inet6Address.class::isInstance), "IPv6 is off");
        Assumptions.assumeTrue(loopback.stream().anyMatch(Inet4Address.class::isInstance), "IPv4 is off");
        try (RunningController daemon = start(host.controller())) {
            int port = daemon.awaitPort();
            for (InetAddress address : loopback) {
                Pull pull = host.site().fetcher(connection.uuid()).pull(new InetSocketAddress(address, port));

                assertThat(pull.payload()).isEqualTo(MonitoredHost.OUTPUT);
            }
            assertThat(host.agent().requesters()).contains("127.0.0.1").hasSize(loopback.size());
        }
    }

    private static RunningController start(Controller controller) throws IOException {
        return controller.start("-v", "daemon", "--port", "0");
    }

    private boolean isServed(int port) {
        try {
            return pull(port).isComplete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Pull pull(int port) throws IOException {
        return host.site().fetcher(connection.uuid()).pull(MonitoredHost.at(port));
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static io.agentctl.agent.ScriptedAgent.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.IpNetwork;
import io.agentctl.net.ListenAddress;
import io.agentctl.process.UnusedPort;
import io.agentctl.pull.PullSettings.AllowList;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the port is, and how many may come in. */
class DoorTest {
    private final ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
    private SimulatedSite site;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
        connection = site.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void whoKeepsFailingIsTurnedAwayBeforeTls() throws Exception {
        Assumptions.assumeTrue(Loopback.hasMany(), "this system has one loopback address only");
        try (PullHost host = new PullHost(agent, limiting(new Limits(3, 128, 16, 2))).serving(connection)) {
            for (int i = 0; i < 2; i++) {
                assertThat(host.here(site.fetcher(connection.uuid()).anonymous())
                                .pull(host.address())
                                .announcement())
                        .isEqualTo("16");
                int refusals = i + 1;
                Eventually.becomes(
                        "the server has refused it", () -> host.log().lines().size() == refusals);
            }

            Pull third = host.here(site.fetcher(connection.uuid())).pull(host.address());

            assertThat(third.announcement()).isEmpty();
            Eventually.becomes("it is logged", () -> host.log().lines().size() == 3);
            assertThat(host.log().lines().get(2))
                    .isEqualTo("INFO refused " + host.puller().getHostAddress()
                            + ": its address has failed 2 times lately (max_failed_handshakes)");
            assertThat(site.fetcher(connection.uuid())
                            .from(Loopback.another())
                            .pull(host.address())
                            .isComplete())
                    .isTrue();
            assertThat(agent.runs()).isEqualTo(1);
        }
    }

    /** Load balancers look whether a port is open, and humans try. */
    @Test
    void toConnectAndGoAwayIsNoFailure() throws Exception {
        try (PullHost host = new PullHost(agent, limiting(new Limits(3, 128, 16, 1))).serving(connection)) {
            for (int i = 0; i < 5; i++) {
                host.connect().close();
            }
            Eventually.becomes("all are gone", () -> host.log().lines().size() == 5);

            assertThat(host.here(site.fetcher(connection.uuid()))
                            .pull(host.address())
                            .isComplete())
                    .isTrue();
        }
    }

    @Test
    void thereAreSoManyPlacesForAllTogether() throws Exception {
        Assumptions.assumeTrue(Loopback.hasMany(), "this system has one loopback address only");
        List<Fetching> present = new ArrayList<>();
        try (PullHost host = new PullHost(agent, limiting(new Limits(3, 4, 16, 0))).serving(connection)) {
            for (int i = 0; i < 4; i++) {
                present.add(
                        site.fetcher(connection.uuid()).from(Loopback.another()).open(host.address()));
                assertThat(present.get(i).announcement()).isEqualTo("16");
            }

            assertThat(host.here(site.fetcher(connection.uuid()))
                            .pull(host.address())
                            .announcement())
                    .isEmpty();
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .containsExactly("INFO refused " + host.puller().getHostAddress()
                            + ": there are already 4 connections (max_connections)");

            assertThat(present.remove(0).finish().isComplete()).isTrue();
            Eventually.becomes("there is a place again", () -> isServed(host));
        } finally {
            for (Fetching fetching : present) {
                fetching.close();
            }
        }
    }

    @Test
    void pullersWaitForTheirRunOfTheAgent() throws Exception {
        CompletableFuture<Void> released = new CompletableFuture<>();
        ScriptedAgent slow = ScriptedAgent.that(waitsFor(released), says("<<<check_mk>>>\n"));
        try (PullHost host = new PullHost(slow, limiting(new Limits(3, 128, 1, 0))).serving(connection);
                Fetching first = host.here(site.fetcher(connection.uuid())).open(host.address());
                Fetching second = host.here(site.fetcher(connection.uuid())).open(host.address())) {
            first.handshake();
            second.handshake();
            Eventually.becomes("one has the agent", () -> slow.runs() == 1);

            released.complete(null);

            assertThat(first.finish().isComplete()).isTrue();
            assertThat(second.finish().isComplete()).isTrue();
            assertThat(slow.runs()).isEqualTo(2);
        }
    }

    @Test
    void butNotForEver() throws Exception {
        ScriptedAgent slow = ScriptedAgent.that(waitsFor(new CompletableFuture<>()));
        PullSettings impatient = new PullSettings(
                limiting(new Limits(3, 128, 1, 0)).door(), Duration.ofSeconds(2), PullHost.COMPRESSION, false);
        try (PullHost host = new PullHost(slow, impatient).serving(connection);
                Fetching first = host.here(site.fetcher(connection.uuid())).open(host.address());
                Fetching second = host.here(site.fetcher(connection.uuid())).open(host.address())) {
            first.handshake();
            Eventually.becomes("it has the agent", () -> slow.runs() == 1);
            second.handshake();

            assertThat(second.finish().payload()).isEmpty();
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .containsExactly("WARNING pull of localhost/prod by "
                            + host.puller().getHostAddress()
                            + ": no run of the agent was free within 2 s (max_agent_runs)");
        }
    }

    @Test
    void listensWhereItIsToldAndNowhereElse() throws Exception {
        Assumptions.assumeTrue(Loopback.hasMany(), "this system has one loopback address only");
        int port = UnusedPort.next();
        try (PullHost host =
                new PullHost(agent, listening(port, "127.0.0.7", "127.0.0.8:" + port)).serving(connection)) {
            assertThat(host.server().port()).hasValue(port);
            for (String address : List.of("127.0.0.7", "127.0.0.8")) {
                assertThat(site.fetcher(connection.uuid())
                                .pull(new InetSocketAddress(
                                        IpNetwork.parse(address).address(), port))
                                .isComplete())
                        .isTrue();
            }
            assertThat(PullHost.isClosed(
                            new InetSocketAddress(IpNetwork.parse("127.0.0.9").address(), port)))
                    .isTrue();
        }
    }

    @Test
    void listensOnAnInterface() throws Exception {
        String loopback = NetworkInterface.networkInterfaces()
                .filter(DoorTest::isLoopback)
                .findFirst()
                .orElseThrow()
                .getName();
        int port = UnusedPort.next();
        try (PullHost host = new PullHost(agent, listening(port, loopback)).serving(connection)) {
            assertThat(site.fetcher(connection.uuid())
                            .pull(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                            .isComplete())
                    .isTrue();
            assertThat(host.server().port()).hasValue(port);
        }
    }

    /** All or none: half an answer to where it listens would be found out on the day that it matters. */
    @Test
    void listensNowhereWhereOneAddressCannotBeHad() throws Exception {
        Assumptions.assumeTrue(Loopback.hasMany(), "this system has one loopback address only");
        int port = UnusedPort.next();
        PullHost host = new PullHost(agent, listening(port, "127.0.0.7", "192.0.2.1", "127.0.0.8"));

        assertThatThrownBy(() -> host.serving(connection))
                .isInstanceOf(ListenException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:" + port + ": ");
        assertThat(host.server().port()).isEmpty();
        InetSocketAddress given =
                new InetSocketAddress(IpNetwork.parse("127.0.0.7").address(), port);
        assertThat(PullHost.isClosed(given)).isTrue();

        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(IpNetwork.parse("127.0.0.8").address(), port));
            assertThatThrownBy(() -> new PullHost(agent, listening(port, "127.0.0.8")).serving(connection))
                    .isInstanceOf(ListenException.class)
                    .hasMessageMatching("cannot listen on 127\\.0\\.0\\.8:" + port
                            + ": .* has it; stop that, or choose another address with listen");
        }
        assertThatThrownBy(() -> new PullHost(agent, listening(port, "nosuch0")).serving(connection))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on nosuch0: there is no network interface 'nosuch0'");
    }

    private boolean isServed(PullHost host) {
        try {
            return host.here(site.fetcher(connection.uuid()))
                    .pull(host.address())
                    .isComplete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLoopback(NetworkInterface link) {
        try {
            return link.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }

    private static PullSettings limiting(Limits limits) {
        return PullHost.behind(new Door(0, List.of(), AllowList.ANYONE, limits, false, Optional.empty()));
    }

    private static PullSettings listening(int port, String... addresses) {
        Door everywhere = PullHost.doorAt(port, AllowList.ANYONE);
        return PullHost.behind(new Door(
                port,
                Stream.of(addresses).map(ListenAddress::parse).toList(),
                AllowList.ANYONE,
                everywhere.limits(),
                false,
                Optional.empty()));
    }
}

package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.IpNetwork;
import io.agentctl.site.Fetching;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom the port turns away before a byte is exchanged. */
class AdmissionTest {
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
    void closesTheFourthConnectionOfAnAddress() throws Exception {
        List<Fetching> present = new ArrayList<>();
        try (PullHost host = new PullHost(agent).serving(connection)) {
            for (int i = 0; i < 3; i++) {
                present.add(open(host));
                assertThat(present.get(i).announcement()).isEqualTo("16");
            }

            assertTurnedAway(host, "its address already has 3 connections");

            present.remove(0).close();
            Eventually.becomes("there is a place again", () -> isAnnounced(host));

            // Those that were there first are not worse off.
            assertThat(present.get(0).finish().isComplete()).isTrue();
            assertThat(present.get(1).finish().isComplete()).isTrue();
        } finally {
            for (Fetching fetching : present) {
                fetching.close();
            }
        }
    }

    @Test
    void countsEveryAddressForItself() throws Exception {
        Assumptions.assumeTrue(Loopback.hasMany(), "this system has one loopback address only");
        List<Fetching> present = new ArrayList<>();
        try (PullHost host = new PullHost(agent).serving(connection)) {
            for (int i = 0; i < 3; i++) {
                present.add(open(host));
                assertThat(present.get(i).announcement()).isEqualTo("16");
            }

            assertThat(site.fetcher(connection.uuid())
                            .from(Loopback.another())
                            .pull(host.address())
                            .isComplete())
                    .isTrue();
        } finally {
            for (Fetching fetching : present) {
                fetching.close();
            }
        }
    }

    @Test
    void givesEveryPlaceBack() throws Exception {
        try (PullHost host = new PullHost(agent).serving(connection)) {
            for (int i = 0; i < 20; i++) {
                // The place is free again only when the server has seen the end too.
                Eventually.becomes("a pull is served", () -> pull(host).isComplete());
                host.connect().close();
            }
            Eventually.becomes("all three places are free", () -> threeAreAnnounced(host));
        }
    }

    @Test
    void closesConnectionsFromElsewhere() throws Exception {
        try (PullHost host = new PullHost(agent, allowing("192.0.2.0/24", "::1")).serving(connection)) {
            assertTurnedAway(host, "its address is not in allowed_ip");
            assertThat(agent.runs()).isZero();
        }
    }

    @Test
    void admitsListedAddresses() throws Exception {
        try (PullHost host = new PullHost(agent, allowing("192.0.2.0/24", "127.0.0.0/8")).serving(connection)) {
            assertThat(pull(host).isComplete()).isTrue();
        }
    }

    @Test
    void admitsNobodyWhereNoEntryOfTheListIsOfUse() throws Exception {
        try (PullHost host = new PullHost(agent, allowing()).serving(connection)) {
            assertTurnedAway(host, "its address is not in allowed_ip");
        }
    }

    @Test
    void listensOnIpv6() throws Exception {
        InetAddress loopback = IpNetwork.parse("::1").address();
        try (PullHost host = new PullHost(agent, allowing("::1")).serving(connection)) {
            InetSocketAddress address =
                    new InetSocketAddress(loopback, host.address().getPort());
            Pull pull;
            try {
                pull = site.fetcher(connection.uuid()).pull(address);
            } catch (IOException e) {
                Assumptions.abort("this system has no IPv6: " + e.getMessage());
                return;
            }
            assertThat(pull.isComplete()).isTrue();
            assertThat(agent.requesters())
                    .singleElement()
                    .satisfies(requester -> assertThat(requester.address()).contains(loopback));
        }
    }

    private void assertTurnedAway(PullHost host, String reason) throws Exception {
        Pull pull = pull(host);

        assertThat(pull.announcement()).isEmpty();
        assertThat(pull.end()).isEqualTo(Pull.End.END_OF_STREAM);
        Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines())
                .containsExactly("INFO refused " + host.puller().getHostAddress() + ": " + reason);
    }

    private Fetching open(PullHost host) throws IOException {
        return host.here(site.fetcher(connection.uuid())).open(host.address());
    }

    private Pull pull(PullHost host) {
        try {
            return host.here(site.fetcher(connection.uuid())).pull(host.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isAnnounced(PullHost host) {
        try (Fetching fetching = open(host)) {
            return fetching.announcement().equals("16");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean threeAreAnnounced(PullHost host) {
        try (Fetching first = open(host);
                Fetching second = open(host);
                Fetching third = open(host)) {
            return (first.announcement() + second.announcement() + third.announcement()).equals("161616");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PullSettings allowing(String... networks) {
        return PullHost.behind(PullHost.doorAt(
                0,
                new PullSettings.AllowList(
                        true, List.of(networks).stream().map(IpNetwork::parse).toList())));
    }
}

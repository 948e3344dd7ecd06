package io.agentctl.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.agent.AgentSource;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import io.agentctl.status.RemoteStatus.Answered;
import io.agentctl.status.RemoteStatus.Failed;
import io.agentctl.status.RemoteStatus.Imported;
import io.agentctl.status.RemoteStatus.NotAsked;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out about agent, connections and sites; none of them keeps the others from being asked. */
class StatusInquiryTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path dir;

    private SimulatedSite prod;
    private SimulatedSite test;

    @BeforeEach
    void start() throws IOException {
        prod = new SimulatedSite("prod", CLOCK);
        test = new SimulatedSite("test", CLOCK);
    }

    @AfterEach
    void stop() {
        prod.close();
        test.close();
    }

    @Test
    void asksEverySiteInTheCustomaryOrder() throws Exception {
        Connection imported = imported();
        Connection pulled = prod.enroll("web1", ConnectionMode.PULL);
        Connection pushed = test.enroll("web2", ConnectionMode.PUSH);

        Status status = inquiry().about(policy(imported, pulled, pushed));

        assertThat(status.connections().stream().map(ConnectionStatus::connection))
                .containsExactly(pushed, pulled, imported);
        assertThat(remotes(status))
                .containsExactly(
                        new Answered(new RegistrationStatus.Registered("web2", ConnectionMode.PUSH)),
                        new Answered(new RegistrationStatus.Registered("web1", ConnectionMode.PULL)),
                        new Imported());
        assertThat(status.connections().get(1).certificate().orElseThrow().issuer())
                .isEqualTo("Site 'prod' agent signing CA");
    }

    @Test
    void leavesSitesAloneIfAskedTo() throws Exception {
        Status status = new StatusInquiry("1.0.0", agent("missing"), List.of("::1"), Optional.empty())
                .about(policy(prod.enroll("web1", ConnectionMode.PULL), imported()));

        assertThat(remotes(status)).containsExactly(new NotAsked(), new Imported());
        assertThat(status.ipAllowlist()).containsExactly("::1");
        assertThat(prod.requests()).isEmpty();
    }

    @Test
    void asksTheOthersWhereOneIsDead() throws Exception {
        Connection dead = Connection.registered(
                ConnectionMode.PUSH,
                new ReceiverAddress(new SiteId("localhost", "dead"), 1),
                UUID.randomUUID(),
                TestCa.ofAgents("dead", CLOCK).site("x").privateKeyPem(),
                "",
                "");
        Connection gone = withPort(test.enroll("web2", ConnectionMode.PUSH), 1);
        Connection forgotten = test.enroll("web3", ConnectionMode.PULL);
        test.roster().forget(forgotten.uuid());
        Connection alive = prod.enroll("web1", ConnectionMode.PULL);

        assertThat(remotes(inquiry().about(policy(dead, gone, forgotten, alive))))
                .containsExactly(
                        new Failed("the PEM text holds no '-----BEGIN CERTIFICATE-----'"),
                        new Failed("cannot reach localhost:1: connection refused; is the site running, and is this"
                                + " its agent receiver's port?"),
                        new Answered(new RegistrationStatus.NotRegistered()),
                        new Answered(new RegistrationStatus.Registered("web1", ConnectionMode.PULL)));
    }

    @Test
    void asksTheOthersWhileOneKeepsSilent() throws Exception {
        Fault.Silence silence = new Fault.Silence();
        test.fault(Endpoint.REGISTRATION_STATUS, silence);
        prod.fault(Endpoint.REGISTRATION_STATUS, (exchange, proper) -> {
            // The silent site is waited for already: now let it answer, last of all.
            silence.awaitAsked();
            proper.handle(exchange);
            silence.release();
        });

        assertThat(remotes(inquiry()
                        .about(policy(
                                test.enroll("web2", ConnectionMode.PUSH), prod.enroll("web1", ConnectionMode.PULL)))))
                .containsExactly(
                        new Answered(new RegistrationStatus.Registered("web2", ConnectionMode.PUSH)),
                        new Answered(new RegistrationStatus.Registered("web1", ConnectionMode.PULL)));
    }

    @Test
    void aDefectOfOursSparesTheOtherSites() throws Exception {
        Connection broken = test.enroll("web2", ConnectionMode.PUSH);
        Connection alive = prod.enroll("web1", ConnectionMode.PULL);
        StatusInquiry inquiry = new StatusInquiry("1.0.0", agent("missing"), List.of(), Optional.of(connection -> {
            if (connection.equals(broken)) {
                throw new IllegalStateException("on purpose");
            }
            return receiver(connection);
        }));

        assertThat(remotes(inquiry.about(policy(broken, alive))))
                .containsExactly(
                        new Failed("unexpected failure: java.lang.IllegalStateException: on purpose"),
                        new Answered(new RegistrationStatus.Registered("web1", ConnectionMode.PULL)));
    }

    @Test
    void asksMoreSitesThanItHasThreads() throws Exception {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 40; i++) {

            connections.add(prod.enroll("web" + i, ConnectionMode.PULL, UUID.randomUUID(), TestKeys.ec()));
        }
        List<RemoteStatus> remotes = remotes(inquiry().about(policy(connections.toArray(Connection[]::new))));
        for (int i = 0; i < 40; i++) {
            assertThat(remotes.get(i))
                    .isEqualTo(new Answered(new RegistrationStatus.Registered("web" + i, ConnectionMode.PULL)));
        }
    }

    @Test
    void looksAtTheAgentWithoutRunningIt() throws Exception {
        assertThat(new StatusInquiry("1.0.0", agent("missing"), List.of(), Optional.empty())
                        .about(policy())
                        .agentOperational())
                .isFalse();
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(dir.resolve("agent")));
            assertThat(new StatusInquiry("1.0.0", agent("agent"), List.of(), Optional.empty())
                            .about(policy())
                            .agentOperational())
                    .isTrue();
        } finally {
            Files.deleteIfExists(dir.resolve("agent"));
        }
    }

    @Test
    void tellsLegacyPullOnlyWhereItIsInEffect() throws Exception {
        Connection connection = prod.enroll("web1", ConnectionMode.PUSH);
        assertThat(offline(new PullPolicy(Registry.EMPTY, true))).isTrue();
        assertThat(offline(new PullPolicy(Registry.EMPTY, false))).isFalse();
        assertThat(offline(new PullPolicy(Registry.EMPTY.with(connection), true)))
                .isFalse();
    }

    @Test
    void readsWhatACertificateSays() {
        TestCa ca = TestCa.named("Site 'a' local CA", CLOCK);
        Instant from = Instant.parse("2021-12-16T08:18:41Z");
        assertThat(CertificateInfo.of(
                        ca.issue("x").valid(from, TestCa.YEAR_3020).mint().certificatePem()))
                .contains(new CertificateInfo("Site 'a' local CA", from, TestCa.YEAR_3020));
        assertThat(CertificateInfo.of(ca.issue("x")
                        .commonNames("one", "two")
                        .selfSigned()
                        .valid(from, TestCa.YEAR_3020)
                        .mint()
                        .certificatePem()))
                .contains(new CertificateInfo("one, two", from, TestCa.YEAR_3020));
        for (String garbage :
                Arrays.asList("", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            assertThat(CertificateInfo.of(garbage)).isEmpty();
        }
    }

    private boolean offline(PullPolicy policy) throws InterruptedException {
        return new StatusInquiry("1.0.0", agent("missing"), List.of(), Optional.empty())
                .about(policy)
                .allowLegacyPull();
    }

    private StatusInquiry inquiry() {
        return new StatusInquiry("1.0.0", agent("missing"), List.of(), Optional.of(StatusInquiryTest::receiver));
    }

    private static HttpAgentReceiver receiver(Connection connection) throws PkiException {
        return new HttpAgentReceiver(
                connection.receiver().orElseThrow(),
                connection.trust(CLOCK),
                Optional.of(connection.identity()),
                ProxyEnvironment.DIRECT,
                Timeouts.PATIENT);
    }

    private AgentSource agent(String name) {
        return AgentSource.parse("unix:" + dir.resolve(name), AgentSource.DEFAULT_PATIENCE);
    }

    private Connection imported() {
        Connection pulled = prod.enroll("web9", ConnectionMode.PULL);
        return new Connection(
                Connection.Kind.PULL_IMPORTED,
                Optional.empty(),
                pulled.uuid(),
                pulled.privateKey(),
                pulled.certificate(),
                pulled.rootCert(),
                Map.of());
    }

    private static Connection withPort(Connection connection, int port) {
        return Connection.registered(
                connection.kind().mode(),
                new ReceiverAddress(connection.siteId().orElseThrow(), port),
                connection.uuid(),
                connection.privateKey(),
                connection.certificate(),
                connection.rootCert());
    }

    private static PullPolicy policy(Connection... connections) {
        return new PullPolicy(new Registry(List.of(connections), Map.of()), false);
    }

    private static List<RemoteStatus> remotes(Status status) {
        return status.connections().stream().map(ConnectionStatus::remote).toList();
    }
}

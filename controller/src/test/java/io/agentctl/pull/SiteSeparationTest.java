package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that is registered at two sites: each sees only itself, and names that belong to nobody lead nowhere. */
@OnEveryTlsStack
class SiteSeparationTest {
    @Parameter
    private TlsStack tls;

    private final ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
    private SimulatedSite prod;
    private SimulatedSite test;
    private Connection atProd;
    private Connection atTest;
    private PullHost host;

    @BeforeEach
    void start() throws IOException {
        prod = new SimulatedSite("prod", PullHost.CLOCK);
        test = new SimulatedSite("test", PullHost.CLOCK);
        atProd = prod.enroll("web1", ConnectionMode.PULL);
        atTest = test.enroll("web1", ConnectionMode.PULL);
        host = new PullHost(tls, agent).serving(atProd, atTest);
    }

    @AfterEach
    void stop() {
        host.close();
        prod.close();
        test.close();
    }

    @Test
    void showsEachSiteItsOwnCertificate() throws Exception {
        assertThat(prod.fetcher(atProd.uuid())
                        .pull(host.address())
                        .tls()
                        .orElseThrow()
                        .agent())
                .isEqualTo(atProd.identity().certificate());
        assertThat(test.fetcher(atTest.uuid())
                        .pull(host.address())
                        .tls()
                        .orElseThrow()
                        .agent())
                .isEqualTo(atTest.identity().certificate());
    }

    @Test
    void findsAHostByItsUuidInUpperCase() throws Exception {
        Fetcher fetcher = prod.fetcher(atProd.uuid());
        Fetcher shouting = new Fetcher(
                fetcher.identity(),
                fetcher.agentCas(),
                fetcher.dnsName(),
                fetcher.serverName().map(name -> name.toUpperCase(Locale.ROOT)),
                fetcher.protocols(),
                fetcher.clock(),
                fetcher.patience(),
                fetcher.source());

        assertThat(shouting.pull(host.address()).isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesASiteThatAsksForAnothers(String protocol) throws Exception {
        Fetcher curious = prod.fetcher(atProd.uuid())
                .askingFor(atTest.uuid().toString())
                .trusting(test.agentCa().certificate())
                .speaking(protocol);

        Pull pull = host.here(curious).pull(host.address());

        assertRefused(pull, "but this host registered with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesAnUnknownName(String protocol) throws Exception {
        for (String name : Stream.of(UUID.randomUUID().toString(), "localhost", "1-1-1-1-1")
                .toList()) {
            try (PullHost another = new PullHost(tls, agent).serving(atProd, atTest)) {
                Pull pull = another.here(
                                prod.fetcher(atProd.uuid()).askingFor(name).speaking(protocol))
                        .pull(another.address());

                assertThat(pull.announcement()).isEqualTo("16");
                assertThat(pull.tls()).isEmpty();
                assertThat(pull.end()).isEqualTo(Pull.End.TLS_FAILURE);
                assertThat(pull.detail()).contains("unrecognized_name");
                Eventually.becomes("it is logged", () -> !another.log().lines().isEmpty());
                assertThat(another.log().lines())
                        .containsExactly("INFO refused " + another.puller().getHostAddress()
                                + ": no connection has the UUID '" + name + "'");
            }
        }
        assertThat(agent.runs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesAFetcherWithoutServerName(String protocol) throws Exception {
        Pull pull = host.here(prod.fetcher(atProd.uuid()).withoutServerName().speaking(protocol))
                .pull(host.address());

        assertThat(pull.tls()).isEmpty();
        assertRefused(pull, "it sent no server name, or no TLS at all");
    }

    @Test
    void refusesToServeAPushConnection() throws Exception {
        Connection pushed = prod.enroll("web2", ConnectionMode.PUSH);
        host.serving(atTest, pushed);

        Pull pull = host.here(prod.fetcher(pushed.uuid())).pull(host.address());

        assertRefused(pull, "no connection has the UUID '" + pushed.uuid() + "'");
    }

    @Test
    void servesTheOthersWhenOneConnectionIsUnusable() throws Exception {
        Connection broken = new Connection(
                atProd.kind(),
                atProd.receiver(),
                atProd.uuid(),
                atTest.privateKey(),
                atProd.certificate(),
                atProd.rootCert(),
                Map.of());
        host.serving(broken, atTest);

        Pull pull = host.here(prod.fetcher(atProd.uuid())).pull(host.address());

        assertThat(pull.isComplete()).isFalse();
        Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARNING refused " + host.puller().getHostAddress()
                                + ": connection localhost/prod cannot be served: ")
                        .endsWith("; register it again")
                        .doesNotContain("PRIVATE"));
        assertThat(agent.runs()).isZero();
        assertThat(test.fetcher(atTest.uuid()).pull(host.address()).isComplete())
                .isTrue();
    }

    private void assertRefused(Pull pull, String reason) throws Exception {
        assertThat(pull.announcement()).isEqualTo("16");
        assertThat(pull.header()).isEmpty();
        assertThat(pull.end()).isEqualTo(Pull.End.TLS_FAILURE);
        Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
        assertThat(host.log().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("INFO refused " + host.puller().getHostAddress() + ": ")
                        .contains(reason));
        assertThat(agent.runs()).isZero();
        assertThat(test.fetcher(atTest.uuid()).pull(host.address()).isComplete())
                .isTrue();
    }
}

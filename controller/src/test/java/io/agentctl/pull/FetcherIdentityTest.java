package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may pull: the site itself, and nobody who resembles it. Whoever is refused does not make the host do any work. */
@OnEveryTlsStack
class FetcherIdentityTest {
    @Parameter
    private TlsStack tls;

    private static SimulatedSite site;

    @BeforeAll
    static void startSite() throws IOException {
        site = new SimulatedSite("prod", PullHost.CLOCK);
    }

    @AfterAll
    static void stopSite() {
        site.close();
    }

    static Stream<Arguments> strangers() {
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(protocol -> Stream.of(
                        stranger(
                                protocol,
                                "expired",
                                "expired at",
                                f -> f.as(issue("prod").expired().mint())),
                        stranger(
                                protocol,
                                "not yet valid",
                                "valid only from",
                                f -> f.as(issue("prod").notYetValid().mint())),
                        stranger(
                                protocol,
                                "of another CA of the same name",
                                "was issued by another CA",
                                f -> f.as(TestCa.ofSite("prod", PullHost.CLOCK).site("prod"))),
                        stranger(
                                protocol,
                                "self-signed",
                                "but this host registered with",
                                f -> f.as(issue("prod").selfSigned().mint())),
                        stranger(
                                protocol,
                                "of the agent CA",
                                "but this host registered with",
                                f -> f.as(site.agentCa().site("prod"))),
                        stranger(
                                protocol,
                                "of another host",
                                "belongs to a host",
                                f -> f.as(site.ca().agent(UUID.randomUUID()))),
                        stranger(
                                protocol,
                                "with two common names",
                                "2 common names",
                                f -> f.as(issue("prod")
                                        .commonNames("prod", "other")
                                        .mint())),
                        stranger(
                                protocol,
                                "with a site's and a host's name",
                                "2 common names",
                                f -> f.as(issue("prod")
                                        .commonNames("prod", UUID.randomUUID().toString())
                                        .mint())),
                        stranger(
                                protocol,
                                "without common name",
                                "0 common names",
                                f -> f.as(issue("prod").commonNames().mint())),
                        stranger(
                                protocol,
                                "for servers only",
                                "not meant for this use",
                                f -> f.as(issue("prod")
                                        .extendedKeyUsage(KeyPurposeId.id_kp_serverAuth)
                                        .mint())),
                        stranger(
                                protocol,
                                "the root's own",
                                // BoringSSL asks first what an authority's certificate is for.
                                "root certificate as its own|key usage bit incorrect",
                                f -> f.as(site.ca().self())),
                        stranger(
                                protocol,
                                "of an intermediate that is none",
                                "does not chain to",
                                f -> f.as(site.ca().pretender("no CA").site("prod"))),
                        stranger(protocol, "none", "", Fetcher::anonymous)));
    }

    static Stream<Arguments> sites() {
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(protocol -> Stream.of(
                        friend(protocol, "as usual", f -> f),
                        friend(
                                protocol,
                                "with an RSA key",
                                f -> f.as(issue("prod").key(TestKeys.rsa(2048)).mint())),
                        friend(
                                protocol,
                                "for clients",
                                f -> f.as(issue("prod")
                                        .extendedKeyUsage(KeyPurposeId.id_kp_clientAuth)
                                        .mint())),
                        friend(
                                protocol,
                                "with the root behind it",
                                f -> f.as(
                                        site.certificate().followedBy(site.ca().certificate()))),
                        friend(
                                protocol,
                                "of an intermediate CA",
                                f -> f.as(site.ca().intermediate("between").site("prod")))));
    }

    @ParameterizedTest(name = "{1} over {0}")
    @MethodSource("strangers")
    void refuses(String protocol, String certificate, String reason, Function<Fetcher, Fetcher> disguise)
            throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        ScriptedAgent agent = ScriptedAgent.that(says("<<<check_mk>>>\n"));
        Fetcher fetcher = site.fetcher(connection.uuid()).speaking(protocol);
        try (PullHost host = new PullHost(tls, agent).serving(connection)) {
            Pull pull = host.here(disguise.apply(fetcher)).pull(host.address());

            assertThat(pull.announcement()).isEqualTo("16");
            assertThat(pull.header()).isEmpty();
            assertThat(pull.end()).isEqualTo(Pull.End.TLS_FAILURE);
            Eventually.becomes("it is logged", () -> !host.log().lines().isEmpty());
            assertThat(host.log().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("INFO refused " + host.puller().getHostAddress() + ": ")
                            .containsAnyOf(reason.split("\\|", -1)));
            assertThat(agent.runs()).isZero();

            assertThat(fetcher.pull(host.address()).isComplete()).isTrue();
            assertThat(agent.runs()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{1} over {0}")
    @MethodSource("sites")
    void serves(String protocol, String certificate, Function<Fetcher, Fetcher> variant) throws Exception {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        Fetcher fetcher = site.fetcher(connection.uuid()).speaking(protocol);
        try (PullHost host = new PullHost(tls, ScriptedAgent.that(says("<<<check_mk>>>\n"))).serving(connection)) {
            assertThat(variant.apply(fetcher).pull(host.address()).payload()).isEqualTo("<<<check_mk>>>\n");
        }
    }

    private static TestCa.Minting issue(String commonName) {
        return site.ca().issue(commonName);
    }

    private static Arguments stranger(
            String protocol, String certificate, String reason, Function<Fetcher, Fetcher> disguise) {
        return Arguments.of(protocol, certificate, reason, disguise);
    }

    private static Arguments friend(String protocol, String certificate, Function<Fetcher, Fetcher> variant) {
        return Arguments.of(protocol, certificate, variant);
    }
}

package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Pem;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.AgentReceiver.NewHostRequest;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.site.Decision;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.ReceivedRequest;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two calls by which a host introduces itself: what is asked, and what the answers become. */
class NewHostCallsTest {
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");

    private final UUID uuid = UUID.randomUUID();
    private final KeyPair key = TestKeys.ec();
    private SimulatedSite site;
    private HttpAgentReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.roster().user(USER.user(), USER.password());
        receiver = new HttpAgentReceiver(
                site.address(),
                SiteTrust.pinnedTo(List.of(site.ca().certificate()), Clock.systemUTC()),
                Optional.empty(),
                ProxyEnvironment.DIRECT,
                Timeouts.PATIENT);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void introducesAHostByItsLabels() throws Exception {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("cmk/os-family", "linux");
        labels.put("ort", "Köln \"Süd\"");

        assertThat(receiver.registerNew(USER, request(labels)))
                .isEqualTo(site.ca().pem());

        ReceivedRequest asked = site.requests(Endpoint.REGISTER_NEW).get(0);
        assertThat(asked.header("authorization")).contains(USER.authorization());
        assertThat(asked.header("content-type")).contains("application/json");
        assertThat(JSON.std.mapFrom(asked.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
                .containsOnlyKeys("uuid", "csr", "agent_labels")
                .containsEntry("uuid", uuid.toString())
                .containsEntry("agent_labels", labels);
        assertThat(site.roster().request(uuid).orElseThrow().labels()).isEqualTo(labels);
    }

    @Test
    void isToldThatTheEditionDoesNotOfferIt() {
        site.fault(Endpoint.REGISTER_NEW, Fault.detail(501, "The Checkmk Raw edition does not support this."));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> receiver.registerNew(USER, request(Map.of())))
                .withMessage("the agent receiver at " + site.address() + " refused to register a new host for user"
                        + " 'automation' (HTTP status 501): The Checkmk Raw edition does not support this.;"
                        + " the site's edition does not offer this")
                .extracting(RefusedException::status)
                .isEqualTo(501);
    }

    @Test
    void needsARootCertificate() {
        site.fault(Endpoint.REGISTER_NEW, Fault.body(200, "application/json", "{}"));

        assertThatExceptionOfType(MalformedAnswerException.class)
                .isThrownBy(() -> receiver.registerNew(USER, request(Map.of())))
                .withMessage("cannot understand the answer of " + site.address()
                        + ": at root_cert: expected a string; is this an agent receiver's port?");
    }

    @Test
    void asksForProgressWithAnEmptyBody() throws Exception {
        receiver.registerNew(USER, request(Map.of()));
        site.roster().decide(Decision.IN_PROGRESS);

        assertThat(progress()).isEqualTo(new RegistrationProgress.InProgress());

        ReceivedRequest asked = site.requests(Endpoint.REGISTER_NEW_ONGOING).get(0);
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.uri()).isEqualTo("/prod/agent-receiver/register_new_ongoing/" + uuid);
        assertThat(asked.body()).isEmpty();
        assertThat(asked.header("content-length")).contains("0");
        assertThat(asked.header("authorization")).contains(USER.authorization());
    }

    @Test
    void tellsWhyAHostWasDeclinedOnOneLine() throws Exception {
        receiver.registerNew(USER, request(Map.of()));
        site.roster().decide(Decision.declined("\tno such\r\nhost\u001b[2J\u0000\u007fhere\n"));

        assertThat(progress()).isEqualTo(new RegistrationProgress.Declined("no such host [2J here"));
    }

    @Test
    void shortensALongReason() throws Exception {
        receiver.registerNew(USER, request(Map.of()));
        site.roster().decide(Decision.declined("n".repeat(10_000)));

        assertThat(progress()).isEqualTo(new RegistrationProgress.Declined("n".repeat(300) + "…"));
    }

    @ParameterizedTest
    @CsvSource({"PULL", "PUSH"})
    void takesTheCertificateOfAHostThatWasCreated(ConnectionMode mode) throws Exception {
        receiver.registerNew(USER, request(Map.of()));
        site.roster().anyHost(mode);

        assertThat(progress()).isInstanceOfSatisfying(RegistrationProgress.Success.class, success -> {
            assertThat(success.mode()).isEqualTo(mode);
            assertThat(publicKeyOf(success.agentCert())).isEqualTo(key.getPublic());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":\"Pending\"}                 | at status: expected InProgress, Declined or Success",
                "{\"status\":\"success\"}                 | at status: expected InProgress, Declined or Success",
                "{\"status\":7}                           | at status: expected a string",
                "{}                                       | at status: expected a string",
                "{\"status\":\"Declined\"}                | at reason: expected a string",
                "{\"status\":\"Success\"}                 | at agent_cert: expected a string",
                "{\"status\":\"Success\",\"agent_cert\":\"C\",\"connection_mode\":\"carrier-pigeon\"}"
                        + " | at connection_mode: expected pull-agent or push-agent",
                "[]                                       | it is not a JSON object"
            })
    void doesNotUnderstandAnyOtherProgress(String answer, String reason) {
        site.fault(Endpoint.REGISTER_NEW_ONGOING, Fault.body(200, "application/json", answer));

        assertThatExceptionOfType(MalformedAnswerException.class)
                .isThrownBy(this::progress)
                .withMessage("cannot understand the answer of " + site.address() + ": " + reason
                        + "; is this an agent receiver's port?");
    }

    @Test
    void isToldThatTheSiteKnowsNothingOfTheHost() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(this::progress)
                .withMessage("the agent receiver at " + site.address() + " refused to go on with the registration of "
                        + uuid + " (HTTP status 404): No registration with this UUID; check the names of the site and"
                        + " the host");
    }

    private RegistrationProgress progress() throws ReceiverException {
        return receiver.registrationProgress(USER, uuid);
    }

    private NewHostRequest request(Map<String, String> labels) throws Exception {
        return new NewHostRequest(uuid, new CertificateRequest(key, uuid).toPem(), labels);
    }

    private static java.security.PublicKey publicKeyOf(String pem) {
        try {
            return Pem.certificate(pem).getPublicKey();
        } catch (io.agentctl.pki.PkiException e) {
            throw new AssertionError(e);
        }
    }
}

package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Identity;
import io.agentctl.pki.Pem;
import io.agentctl.pki.SiteTrust;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.AgentReceiver.HostRequest;
import io.agentctl.receiver.AgentReceiver.RegisteredHost;
import io.agentctl.receiver.Credentials.OneTimeToken;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.ReceivedRequest;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agent receiver's answers become: a value, or one exception that says what can be done. */
class HttpAgentReceiverTest {
    private static final String PASSWORD = "zebra-Crossing";
    private static final UserPassword USER = new UserPassword("automation", PASSWORD);
    private static final Timeouts SHORT = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));

    private final UUID uuid = UUID.randomUUID();
    private final KeyPair key = TestKeys.ec();
    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.roster()
                .user("automation", PASSWORD)
                .token("0:once")
                .host("web1", ConnectionMode.PULL)
                .host("web2", ConnectionMode.PUSH);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void registersAKnownHost() throws Exception {
        RegisteredHost answer = receiver().registerExisting(USER, request("web1"));

        assertThat(answer.mode()).isEqualTo(ConnectionMode.PULL);
        assertThat(answer.rootCert()).isEqualTo(site.ca().pem());
        assertThat(Pem.certificate(answer.agentCert()).getPublicKey()).isEqualTo(key.getPublic());
        assertThat(receiver().registerExisting(USER, request("web2")).mode()).isEqualTo(ConnectionMode.PUSH);
    }

    @Test
    void sendsWhatTheApiAsksFor() throws Exception {
        HostRequest request = request("web1");
        receiver().registerExisting(USER, request);

        ReceivedRequest received = site.requests().get(0);
        assertThat(received.uri()).isEqualTo("/prod/agent-receiver/register_existing");
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.header("Content-Type")).contains("application/json");
        assertThat(received.body())
                .isEqualTo("{\"uuid\":\"" + uuid + "\",\"csr\":\""
                        + request.csr().replace("\n", "\\n") + "\",\"host_name\":\"web1\"}");
        assertThat(received.peer()).isEmpty();
    }

    @Test
    void sendsAHostNameInUtf8() {
        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> receiver().registerExisting(USER, request("wéb\"1")));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(new String(
                        site.requests().get(0).body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .endsWith("\"host_name\":\"wéb\\\"1\"}");
    }

    @Test
    void refusesAWrongPassword() {
        UserPassword wrong = new UserPassword("automation", "wrong-horse");
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> receiver().registerExisting(wrong, request("web1")));

        assertThat(refused)
                .hasMessage("the agent receiver at localhost:" + site.receiverPort() + "/prod refused to register host"
                        + " 'web1' for user 'automation' (HTTP status 401): User authentication failed;"
                        + " check the user name and the password or token");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(site.requests()).hasSize(1);
        assertThat(site.roster().registered()).isEmpty();
        Secrets.assertAbsent(refused, "wrong-horse", base64("automation:wrong-horse"));
    }

    @Test
    void registersWithATokenOnce() throws Exception {
        OneTimeToken token = new OneTimeToken("0:once");
        assertThat(receiver().registerExisting(token, request("web1")).mode()).isEqualTo(ConnectionMode.PULL);
        assertThat(site.requests(Endpoint.REGISTER_EXISTING_TOKEN)).hasSize(1);

        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> receiver().registerExisting(token, request("web1")));
        assertThat(refused)
                .hasMessage("the agent receiver at localhost:" + site.receiverPort() + "/prod refused to register host"
                        + " 'web1' for the one-time token (HTTP status 401): Token authentication failed;"
                        + " check the user name and the password or token");
        Secrets.assertAbsent(refused, "0:once");
    }

    @Test
    void refusesAnUnknownHost() {
        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web9"))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the agent receiver at localhost:" + site.receiverPort() + "/prod refused to register host"
                        + " 'web9' for user 'automation' (HTTP status 404): Host web9 does not exist.;"
                        + " check the names of the site and the host");
    }

    @Test
    void refusesAnUnknownSite() {
        ReceiverAddress other = new ReceiverAddress(new SiteId("localhost", "test"), site.receiverPort());
        assertThat(catchThrowable(() -> receiver(other, Optional.empty()).registerExisting(USER, request("web1"))))
                .isInstanceOf(RefusedException.class)
                .hasMessage(
                        "the agent receiver at localhost:" + site.receiverPort() + "/test refused to register host"
                                + " 'web1' for user 'automation' (HTTP status 404); the site there is called 'prod', not 'test': if it was renamed, register this host with its new name");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(301, "", Fault.empty(301)),
                refusal(302, ": Found", Fault.detail(302, "Found")),
                refusal(400, ": Bad CSR", Fault.detail(400, "Bad CSR")),
                refusal(400, "", Fault.empty(400)),
                refusal(401, "; check the user name and the password or token", Fault.empty(401)),
                refusal(
                        403,
                        ": Not permitted; does the user have the permission, and is the host's configuration active"
                                + " at the site?",
                        Fault.detail(403, "Not permitted")),
                refusal(
                        403,
                        "; does the user have the permission, and is the host's configuration active at the site?",
                        Fault.html(403)),
                refusal(404, "; check the names of the site and the host", Fault.html(404)),
                refusal(
                        422,
                        ": body.uuid: Field required, body.csr.0: Not a CSR",
                        json(
                                422,
                                "{\"detail\":[{\"loc\":[\"body\",\"uuid\"],\"msg\":\"Field required\",\"type\":\"missing\"},"
                                        + "{\"loc\":[\"body\",\"csr\",0],\"msg\":\"Not a CSR\"}]}")),
                refusal(422, ": no place", json(422, "{\"detail\":[{\"msg\":\"no place\"}]}")),
                refusal(422, ": odd", json(422, "{\"detail\":[\"odd\"]}")),
                refusal(422, "", json(422, "{\"detail\":[]}")),
                refusal(422, "", json(422, "{\"detail\":\" \\n\"}")),
                refusal(422, "", json(422, "{\"detail\":{\"a\":1}}")),
                refusal(422, "", json(422, "{\"other\":1}")),
                refusal(422, "", json(422, "[]")),
                refusal(500, ": Broken; the site's log of its agent receiver tells more", Fault.detail(500, "Broken")),
                refusal(500, "; the site's log of its agent receiver tells more", Fault.nested(500)),
                refusal(501, ": Not here; the site's edition does not offer this", Fault.detail(501, "Not here")),
                refusal(501, "; the site's edition does not offer this", Fault.empty(501)),
                refusal(502, "; is the site running?", Fault.html(502)),
                refusal(503, ": Wait; is the site running?", Fault.detail(503, "Wait")),
                refusal(504, "; is the site running?", Fault.empty(504)),
                refusal(204, "", Fault.empty(204)));
    }

    private static Arguments refusal(int status, String rest, Fault fault) {
        return Arguments.of(status, rest, fault);
    }

    @ParameterizedTest(name = "{0}{1}")
    @MethodSource("refusals")
    void saysWhatIsRefusedAndWhatToDo(int status, String rest, Fault fault) {
        site.fault(Endpoint.REGISTER_EXISTING, fault);
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> receiver().registerExisting(USER, request("web1")));

        assertThat(refused)
                .hasMessage("the agent receiver at localhost:" + site.receiverPort()
                        + "/prod refused to register host 'web1' for user 'automation' (HTTP status " + status + ")"
                        + rest);
        assertThat(refused.status()).isEqualTo(status);
        assertThat(site.requests()).hasSize(1);
    }

    @Test
    void doesNotFollowARedirect() {
        site.fault(Endpoint.REGISTER_EXISTING, (exchange, proper) -> {
            exchange.getResponseHeaders()
                    .set("Location", "https://localhost:" + site.receiverPort() + "/prod/agent-receiver/register_new");
            Fault.empty(307).apply(exchange, proper);
        });

        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("(HTTP status 307)");
        assertThat(site.requests()).hasSize(1);
    }

    static Stream<Arguments> malformed() {
        String notJson = "it is not a JSON object";
        String root = "\"root_cert\":\"r\"";
        String agent = "\"agent_cert\":\"a\"";
        String mode = "\"connection_mode\":\"pull-agent\"";
        return Stream.of(
                Arguments.of("HTML", Fault.html(200), "it is not valid JSON at line 1, column 1"),
                Arguments.of("empty", Fault.empty(200), notJson),
                Arguments.of("array", json(200, "[1]"), notJson),
                Arguments.of("text", json(200, "\"yes\""), notJson),
                Arguments.of("null", json(200, "null"), notJson),
                Arguments.of("two objects", json(200, "{}{}"), "something follows the JSON object at line 1, column 4"),
                Arguments.of("cut off", json(200, "{\"root_cert\":"), "it is not valid JSON at line 1, column 14"),
                Arguments.of(
                        "nested",
                        Fault.nested(200),
                        "it holds a text of more than 65536 characters, an endless number or more than 32 levels"
                                + " at line 1, column 43"),
                Arguments.of("nothing in it", json(200, "{}"), "at root_cert: expected a string"),
                Arguments.of(
                        "no agent_cert", json(200, "{" + root + "," + mode + "}"), "at agent_cert: expected a string"),
                Arguments.of(
                        "no connection_mode",
                        json(200, "{" + root + "," + agent + "}"),
                        "at connection_mode: expected a string"),
                Arguments.of(
                        "wrong type",
                        json(200, "{\"root_cert\":[\"r\"]," + agent + "," + mode + "}"),
                        "at root_cert: expected a string"),
                Arguments.of(
                        "a null",
                        json(200, "{" + root + ",\"agent_cert\":null," + mode + "}"),
                        "at agent_cert: expected a string"),
                Arguments.of(
                        "unknown mode",
                        json(200, "{" + root + "," + agent + ",\"connection_mode\":\"PULL-AGENT\"}"),
                        "at connection_mode: expected pull-agent or push-agent"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void tellsAnAnswerThatIsNoAgentReceivers(String name, Fault fault, String reason) {
        site.fault(Endpoint.REGISTER_EXISTING, fault);

        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage("cannot understand the answer of localhost:" + site.receiverPort() + "/prod: " + reason
                        + "; is this an agent receiver's port?");
        assertThat(site.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 500})
    void readsNoMoreThanAMebibyte(int status) {
        site.fault(Endpoint.REGISTER_EXISTING, Fault.huge(status));

        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage("https://localhost:" + site.receiverPort() + "/prod/agent-receiver/register_existing sent"
                        + " more than 1024 KiB, which no agent receiver does; is the port right?");
    }

    @Test
    void replacesWhatIsNotUtf8() throws Exception {
        site.roster().register(uuid, "x", ConnectionMode.PULL);
        site.fault(Endpoint.REGISTRATION_STATUS, (exchange, proper) -> {
            byte[] latin1 = "{\"status\":\"Registered\",\"hostname\":\"w\u00e9b\",\"connection_mode\":\"pull-agent\"}"
                    .getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(200, latin1.length);
            exchange.getResponseBody().write(latin1);
            exchange.getResponseBody().close();
        });

        assertThat(receiver(site.enroll("web1", ConnectionMode.PULL)).registrationStatus(uuid))
                .isEqualTo(new RegistrationStatus.Registered("w\ufffdb", ConnectionMode.PULL));
    }

    static Stream<Arguments> details() {
        return Stream.of(
                Arguments.of("a\r\nfake log line", "a fake log line"),
                Arguments.of("\u001b[2Jred\u0007", "[2Jred"),
                Arguments.of("a\u0000b\u007fc", "a b c"),
                Arguments.of("\u009b2Jcsi", "2Jcsi"),
                Arguments.of("a\u0085b\u2028c\u2029d", "a b c d"),
                Arguments.of("abc\u202egnp.exe", "abc gnp.exe"),
                Arguments.of("Grüße 世界 😀", "Grüße 世界 😀"),
                Arguments.of("x".repeat(300), "x".repeat(300)),
                Arguments.of("x".repeat(10_000), "x".repeat(300) + "…"),
                Arguments.of("x".repeat(299) + "😀".repeat(5000), "x".repeat(299) + "…"));
    }

    @ParameterizedTest
    @MethodSource("details")
    void makesForeignTextHarmlessAndShort(String detail, String shown) {
        site.fault(Endpoint.REGISTER_EXISTING, Fault.detail(400, detail));
        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .hasMessageEndingWith("(HTTP status 400): " + shown);
    }

    @Test
    void shortensAListOfDetailsToo() {
        String problem = "{\"loc\":[\"body\",\"\\u001b[31m\"],\"msg\":\"" + "y".repeat(1000) + "\"},";
        site.fault(Endpoint.REGISTER_EXISTING, json(422, "{\"detail\":[" + problem.repeat(50) + "\"end\"]}"));
        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .hasMessageEndingWith("(HTTP status 422): body. [31m: " + "y".repeat(300 - 12) + "…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"simple", "with:colon", ":", "Pässwörd", "пароль", "日本語", "😀", " spaces ", "quote\"back\\slash"
            })
    void passwordsArriveAsTheyAre(String password) throws Exception {
        site.roster().user("automation", password);
        receiver().registerExisting(new UserPassword("automation", password), request("web1"));

        assertThat(site.requests().get(0).header("Authorization"))
                .contains("Basic " + base64("automation:" + password));
    }

    @Test
    void textFormsShowNoSecret() {
        assertThat(USER).hasToString("user 'automation'");
        assertThat(new OneTimeToken("0:secret")).hasToString("the one-time token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0:secret\n", "0:secret\r\nX-Other: 1", "", "0:secret\u00e9", "0:secret two"})
    void neverQuotesATokenThatNoHeaderCanHold(String token) {
        Throwable failure = catchThrowable(() -> receiver().registerExisting(new OneTimeToken(token), request("web1")));

        assertThat(failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the one-time token has characters that no token has");
        Secrets.assertAbsent(failure, "secret");
    }

    @Test
    void aRegistrationThatFailsIsNotSentTwice() {
        for (Fault fault : List.of(Fault.HANG_UP, Fault.BREAK_OFF, Fault.empty(503))) {
            int before = site.requests().size();
            site.fault(Endpoint.REGISTER_EXISTING, fault);
            assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                    .isInstanceOf(ReceiverException.class);
            assertThat(site.requests()).hasSize(before + 1);
        }
    }

    @Test
    void anAnswerThatBreaksOffMayComeAtALaterTry() {
        site.fault(Endpoint.REGISTER_EXISTING, Fault.BREAK_OFF);
        assertThat(catchThrowable(() -> receiver().registerExisting(USER, request("web1"))))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort()
                        + ": the connection ended in the middle of the answer");
    }

    @Test
    void aQuestionThatFailsIsNotAskedTwiceEither() throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        site.fault(Endpoint.REGISTRATION_STATUS, Fault.HANG_UP);

        assertThat(catchThrowable(() -> receiver(host).registrationStatus(host.uuid())))
                .isInstanceOf(UnreachableException.class)
                .hasMessage(
                        "cannot reach localhost:" + site.receiverPort() + ": the connection ended without an answer");
        assertThat(site.requests()).hasSize(1);
    }

    @Test
    void givesUpOnAnAnswerThatDripsWithoutEnd() {
        site.fault(Endpoint.REGISTER_EXISTING, Fault.DRIP);
        HttpAgentReceiver hasty =
                new HttpAgentReceiver(site.address(), siteTrust(), Optional.empty(), ProxyEnvironment.DIRECT, SHORT);
        assertThat(catchThrowable(() -> hasty.registerExisting(USER, request("web1"))))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort() + ": no answer within 1 s");
    }

    @Test
    void givesUpOnAnAnswerThatDoesNotCome() throws Exception {
        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.REGISTER_EXISTING, silence);
        HttpAgentReceiver hasty =
                new HttpAgentReceiver(site.address(), siteTrust(), Optional.empty(), ProxyEnvironment.DIRECT, SHORT);
        Throwable failure = catchThrowable(() -> hasty.registerExisting(USER, request("web1")));
        silence.release();

        assertThat(failure)
                .isInstanceOf(UnreachableException.class)
                .hasMessage("cannot reach localhost:" + site.receiverPort() + ": no answer within 1 s");
        Secrets.assertAbsent(failure, PASSWORD, base64("automation:" + PASSWORD));
    }

    @Test
    void tellsTheStatusOfARegisteredHost() throws Exception {
        Connection pulled = site.enroll("web1", ConnectionMode.PULL);
        Connection pushed = site.enroll("web2", ConnectionMode.PUSH);

        assertThat(receiver(pulled).registrationStatus(pulled.uuid()))
                .isEqualTo(new RegistrationStatus.Registered("web1", ConnectionMode.PULL));
        assertThat(receiver(pushed).registrationStatus(pushed.uuid()))
                .isEqualTo(new RegistrationStatus.Registered("web2", ConnectionMode.PUSH));
        assertThat(site.requests().get(0).uri())
                .isEqualTo("/prod/agent-receiver/registration_status_v2/" + pulled.uuid());
        assertThat(site.requests().get(0).peer()).contains(pulled.uuid().toString());
    }

    @Test
    void tellsTheStatusOfAForgottenHost() throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        site.roster().forget(host.uuid());

        assertThat(receiver(host).registrationStatus(host.uuid())).isEqualTo(new RegistrationStatus.NotRegistered());
    }

    @Test
    void presentsKeysOfEveryType() throws Exception {
        for (KeyPair ofType : List.of(TestKeys.ec(), TestKeys.rsa(2048))) {
            Connection host = site.enroll("web1", ConnectionMode.PULL, UUID.randomUUID(), ofType);
            assertThat(receiver(host).registrationStatus(host.uuid()))
                    .isEqualTo(new RegistrationStatus.Registered("web1", ConnectionMode.PULL));
        }
    }

    @Test
    void isRefusedWithoutAnIdentity() {
        assertThat(catchThrowable(() -> receiver().registrationStatus(uuid)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the agent receiver at localhost:" + site.receiverPort()
                        + "/prod refused to tell the registration status of " + uuid
                        + " (HTTP status 400): Verified client UUID (missing) does not match UUID in URL (" + uuid
                        + ")");
    }

    @Test
    void isRefusedWithTheIdentityOfAnotherHost() throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        assertThat(catchThrowable(() -> receiver(host).registrationStatus(uuid)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Verified client UUID (" + host.uuid() + ") does not match");
    }

    @Test
    void isCutOffWithAnIdentityThatTheSiteDidNotSign() throws Exception {
        Identity forged = site.ca().agent(uuid).identity();
        assertThat(catchThrowable(
                        () -> receiver(site.address(), Optional.of(forged)).registrationStatus(uuid)))
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("cannot reach localhost:" + site.receiverPort() + ": ");
    }

    static Stream<Arguments> malformedStatuses() {
        return Stream.of(
                Arguments.of("{}", "at status: expected a string"),
                Arguments.of("{\"status\":true}", "at status: expected a string"),
                Arguments.of("{\"status\":\"registered\"}", "at status: expected NotRegistered or Registered"),
                Arguments.of("{\"status\":\"Registered\"}", "at hostname: expected a string"),
                Arguments.of("{\"status\":\"Registered\",\"hostname\":\"h\"}", "at connection_mode: expected a string"),
                Arguments.of(
                        "{\"status\":\"Registered\",\"hostname\":\"h\",\"connection_mode\":\"pull\"}",
                        "at connection_mode: expected pull-agent or push-agent"));
    }

    @ParameterizedTest
    @MethodSource("malformedStatuses")
    void tellsAMalformedStatus(String body, String reason) throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        site.fault(Endpoint.REGISTRATION_STATUS, json(200, body));
        assertThat(catchThrowable(() -> receiver(host).registrationStatus(host.uuid())))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage("cannot understand the answer of localhost:" + site.receiverPort() + "/prod: " + reason
                        + "; is this an agent receiver's port?");
    }

    private static Fault json(int status, String body) {
        return Fault.body(status, "application/json", body);
    }

    private HttpAgentReceiver receiver() {
        return receiver(site.address(), Optional.empty());
    }

    private HttpAgentReceiver receiver(Connection connection) throws Exception {
        return receiver(site.address(), Optional.of(connection.identity()));
    }

    private HttpAgentReceiver receiver(ReceiverAddress address, Optional<Identity> identity) {
        return new HttpAgentReceiver(address, siteTrust(), identity, ProxyEnvironment.DIRECT, Timeouts.PATIENT);
    }

    private SiteTrust siteTrust() {
        return SiteTrust.pinnedTo(List.of(site.ca().certificate()), Clock.systemUTC());
    }

    private HostRequest request(String hostName) throws Exception {
        return new HostRequest(uuid, new CertificateRequest(key, uuid).toPem(), hostName);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

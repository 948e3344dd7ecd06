package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The line of JSON that carries a connection from one machine to another, and what is said of a line that does not. */
class ProxiedConnectionTest {
    private static final UUID UUID_AT_SITE = UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6");
    private static final TestCa CA = TestCa.ofSite("prod", Clock.systemUTC());
    private static final Issued AGENT = CA.agent(UUID_AT_SITE);
    private static final Connection REGISTERED = Connection.registered(
            ConnectionMode.PULL,
            new ReceiverAddress(new SiteId("monitoring.example.com", "prod"), 8000),
            UUID_AT_SITE,
            AGENT.privateKeyPem(),
            AGENT.certificatePem(),
            CA.pem());

    @Test
    void isOneLineWithItsKeysInOrder() {
        String json = ProxiedConnection.toJson(REGISTERED, "1.2.3");

        assertThat(json)
                .isEqualTo("{\"agent_controller_version\":\"1.2.3\",\"connection\":{\"uuid\":\"" + UUID_AT_SITE
                        + "\",\"private_key\":\"" + AGENT.privateKeyPem().replace("\n", "\\n")
                        + "\",\"certificate\":\"" + AGENT.certificatePem().replace("\n", "\\n")
                        + "\",\"root_cert\":\"" + CA.pem().replace("\n", "\\n") + "\"}}")
                .contains("-----BEGIN PRIVATE KEY-----")
                .hasLineCount(1);
    }

    @Test
    void arrivesAsAnImportedConnection() throws Exception {
        Connection arrived = ProxiedConnection.fromJson(ProxiedConnection.toJson(REGISTERED, "1.2.3"));

        assertThat(arrived)
                .isEqualTo(new Connection(
                        Connection.Kind.PULL_IMPORTED,
                        Optional.empty(),
                        UUID_AT_SITE,
                        AGENT.privateKeyPem(),
                        AGENT.certificatePem(),
                        CA.pem(),
                        Map.of()));
    }

    /** The vendor's controller may say more than we know, and print it as it likes. */
    @Test
    void arrivesFromOtherControllersAsWell() throws Exception {
        Map<String, Object> fields = fields();
        fields.put("uuid", UUID_AT_SITE.toString().toUpperCase(java.util.Locale.ROOT));
        fields.put("colour", "green");

        Connection arrived = ProxiedConnection.fromJson("\n " + line(fields).replace(":{", " :\n\t{ ") + "\r\n");

        assertThat(arrived.uuid()).isEqualTo(UUID_AT_SITE);
        assertThat(arrived.unknownFields()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "geheim",
                "[\"geheim\"]",
                "\"geheim\"",
                "{\"connection\":{\"private_key\":\"geheim",
                "{\"connection\":{\"private_key\":\"geheim\"}} geheim",
                "{\"connection\":{\"private_key\":\"geheim\",\"private_key\":\"geheim\"}}",
                "-----BEGIN PRIVATE KEY-----\ngeheim\n-----END PRIVATE KEY-----\n",
                "{}",
                "{\"connection\":\"geheim\"}",
                "{\"connection\":[\"geheim\"]}",
                "{\"connection\":null}",
                "{\"uuid\":\"99f56bbc-5965-4b34-bc70-1959ad1d32d6\",\"private_key\":\"geheim\"}"
            })
    void isNotAnythingElse(String text) {
        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> ProxiedConnection.fromJson(text))
                .withMessageStartingWith("this is not what proxy-register prints: ")
                .satisfies(ProxiedConnectionTest::keepsSecrets);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                malformed("uuid", null, "at connection.uuid: expected a string"),
                malformed("uuid", 7, "at connection.uuid: expected a string"),
                malformed("uuid", "geheim", "at connection.uuid: not a UUID"),
                malformed("uuid", "1-1-4-8-1", "at connection.uuid: not a UUID"),
                malformed("private_key", null, "at connection.private_key: expected a string"),
                malformed("private_key", Map.of("pem", "geheim"), "at connection.private_key: expected a string"),
                malformed("certificate", null, "at connection.certificate: expected a string"),
                malformed("root_cert", null, "at connection.root_cert: expected a string"));
    }

    private static Arguments malformed(String field, Object value, String reason) {
        return Arguments.of(field, value, reason);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("malformed")
    void saysWhatIsMissing(String field, Object value, String reason) throws IOException {
        String line = line(with(field, value));

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> ProxiedConnection.fromJson(line))
                .withMessage("this is not what proxy-register prints: " + reason)
                .satisfies(ProxiedConnectionTest::keepsSecrets);
    }

    static Stream<Arguments> useless() {
        Issued other = CA.agent(UUID.randomUUID());
        return Stream.of(
                Arguments.of("a key of another certificate", "private_key", other.privateKeyPem()),
                Arguments.of("an RSA key for an EC certificate", "private_key", rsaKey()),
                Arguments.of("a certificate for a key", "private_key", CA.pem()),
                Arguments.of("a text for a key", "private_key", "geheim"),
                Arguments.of(
                        "a broken key", "private_key", AGENT.privateKeyPem().replace("M", "N")),
                Arguments.of("no key", "private_key", ""),
                Arguments.of("a certificate of another host", "certificate", other.certificatePem()),
                Arguments.of(
                        "a certificate of another host for the same key",
                        "certificate",
                        CA.issue("web1")
                                .key(new java.security.KeyPair(
                                        AGENT.certificate().getPublicKey(), null))
                                .mint()
                                .certificatePem()),
                Arguments.of("no certificate", "certificate", ""),
                Arguments.of("a key for a certificate", "certificate", AGENT.privateKeyPem()),
                Arguments.of("no root", "root_cert", ""),
                Arguments.of("a text for a root", "root_cert", "geheim"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("useless")
    void refusesWhatNoSiteCouldPull(String name, String field, String value) throws IOException {
        String line = line(with(field, value));

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> ProxiedConnection.fromJson(line))
                .withMessageStartingWith("the connection cannot be used: ")
                .satisfies(ProxiedConnectionTest::keepsSecrets);
    }

    private static void keepsSecrets(Throwable failure) {
        String secret = AGENT.privateKeyPem().lines().skip(1).findFirst().orElseThrow();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage()))
                    .hasLineCount(1)
                    .doesNotContain("geheim")
                    .doesNotContain(secret.substring(0, 20));
        }
    }

    private static Map<String, Object> with(String field, Object value) {
        Map<String, Object> fields = fields();
        if (value == null) {
            fields.remove(field);
        } else {
            fields.put(field, value);
        }
        return fields;
    }

    private static Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("uuid", UUID_AT_SITE.toString());
        fields.put("private_key", AGENT.privateKeyPem());
        fields.put("certificate", AGENT.certificatePem());
        fields.put("root_cert", CA.pem());
        return fields;
    }

    private static String line(Map<String, Object> connection) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("agent_controller_version", "2.3.0");
        all.put("connection", connection);
        return JSON.std.asString(all);
    }

    private static String rsaKey() {
        try {
            return io.agentctl.pki.Pem.of(TestKeys.rsa(2048).getPrivate());
        } catch (io.agentctl.pki.PkiException e) {
            throw new IllegalStateException(e);
        }
    }
}

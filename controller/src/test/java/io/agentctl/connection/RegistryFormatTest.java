package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.json.MalformedJsonException;
import io.agentctl.pki.Pem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact text of a registry, and what is said of a text that is none. */
class RegistryFormatTest {
    private static final String SECRET = "MIGHAgEAMBMGByqGSM49AgEG";
    private static final String CONNECTION = """
            {"uuid": "99f56bbc-5965-4b34-bc70-1959ad1d32d6", "private_key": "%s", "certificate": "C", "root_cert": "R"\
            , "receiver_port": 8000}""".formatted(SECRET);
    private static final String FULL = """
            {
              "push": {
                "monitoring.example.com/prod": {
                  "uuid": "11111111-1111-4111-8111-111111111111",
                  "private_key": "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n",
                  "certificate": "-----BEGIN CERTIFICATE-----\\nBBBB\\n-----END CERTIFICATE-----\\n",
                  "root_cert": "-----BEGIN CERTIFICATE-----\\nCCCC\\n-----END CERTIFICATE-----\\n",
                  "receiver_port": 8000
                }
              },
              "pull": {
                "[2001:db8::1]/test": {
                  "uuid": "22222222-2222-4222-8222-222222222222",
                  "private_key": "K",
                  "certificate": "C",
                  "root_cert": "R",
                  "receiver_port": 8001
                },
                "other/test": {
                  "uuid": "33333333-3333-4333-8333-333333333333",
                  "private_key": "K",
                  "certificate": "C",
                  "root_cert": "R",
                  "receiver_port": 65535
                }
              },
              "pull_imported": [
                {
                  "uuid": "44444444-4444-4444-8444-444444444444",
                  "private_key": "K",
                  "certificate": "C",
                  "root_cert": "R"
                }
              ]
            }
            """;

    @Test
    void readsEveryGroup() throws MalformedJsonException {
        assertThat(RegistryFormat.parse(FULL)).isEqualTo(full());
    }

    @Test
    void writesTheGroupsPrettyPrinted() {
        assertThat(RegistryFormat.print(full())).isEqualTo(FULL);
    }

    @Test
    void writesAllGroupsOfAnEmptyRegistry() {
        assertThat(RegistryFormat.print(Registry.EMPTY))
                .isEqualTo("{\n  \"push\": { },\n  \"pull\": { },\n  \"pull_imported\": [ ]\n}\n");
    }

    @Test
    void readsARegistryWithoutAnyGroup() throws MalformedJsonException {
        assertThat(RegistryFormat.parse(" {}\n")).isEqualTo(Registry.EMPTY);
    }

    @Test
    void fieldsThatItDoesNotKnowSurvive() throws MalformedJsonException {
        String text = """
                {
                  "push": { },
                  "pull": {
                    "h/s": {
                      "uuid": "99f56bbc-5965-4b34-bc70-1959ad1d32d6",
                      "private_key": "K",
                      "certificate": "C",
                      "root_cert": "R",
                      "receiver_port": 8000,
                      "key_type": "rsa-4096",
                      "nothing": null
                    }
                  },
                  "pull_imported": [
                    {
                      "uuid": "44444444-4444-4444-8444-444444444444",
                      "private_key": "K",
                      "certificate": "C",
                      "root_cert": "R",
                      "receiver_port": 8000,
                      "site_id": "h/s"
                    }
                  ],
                  "version": 3,
                  "big": 123456789012345678901234567890,
                  "fraction": 1.50,
                  "future": {
                    "list": [
                      null,
                      true,
                      { }
                    ],
                    "text": "größe \\u0000 \\"",
                    "null": null
                  }
                }
                """;

        assertThat(RegistryFormat.print(RegistryFormat.parse(text))).isEqualTo(text);
    }

    @Test
    void aUuidMayBeWrittenInCapitals() throws MalformedJsonException {
        String text = "{\"pull\": {\"h/s\": " + CONNECTION.replace("99f56bbc", "99F56BBC") + "}}";

        assertThat(RegistryFormat.parse(text).connections())
                .extracting(Connection::uuid)
                .containsExactly(UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6"));
    }

    static Stream<Arguments> malformed() {
        String notAnObject = "it is not a JSON object";
        String limits = "it holds a text of more than 65536 characters, an endless number or more than 32 levels";
        String port = "at pull.h/s.receiver_port: expected a TCP port, 1 to 65535";
        return Stream.of(
                Arguments.of("", notAnObject),
                Arguments.of(" \n", notAnObject),
                Arguments.of("null", notAnObject),
                Arguments.of("[]", notAnObject),
                Arguments.of("17", notAnObject),
                Arguments.of("\"" + SECRET + "\"", notAnObject),
                Arguments.of(SECRET, "it is not valid JSON at line 1, column 1"),
                Arguments.of("{\n  \"push\": {" + SECRET + "}\n}", "it is not valid JSON at line 2, column 12"),
                Arguments.of("{\n\"private_key\": \"" + SECRET, "it is not valid JSON at line 2, column 41"),
                Arguments.of("{\"a\": \"" + SECRET + "\n\"}", "it is not valid JSON at line 1, column 32"),
                Arguments.of("{\"a\": '" + SECRET + "'}", "it is not valid JSON at line 1, column 7"),
                Arguments.of("{\"a\": 1,}", "it is not valid JSON at line 1, column 9"),
                Arguments.of("{\"a\": NaN}", "it is not valid JSON at line 1, column 10"),
                Arguments.of("{// comment\n}", "it is not valid JSON at line 1, column 2"),
                Arguments.of(
                        "{\"" + SECRET + "\": 1, \"" + SECRET + "\": 2}", "it is not valid JSON at line 1, column 61"),
                Arguments.of("{} {}", "something follows the JSON object at line 1, column 5"),
                Arguments.of("{}\n]", "it is not valid JSON at line 2, column 1"),
                Arguments.of("{}\n" + SECRET, "it is not valid JSON at line 2, column 1"),
                Arguments.of("{\"a\": \"" + "x".repeat(70_000) + "\"}", limits),
                Arguments.of("{\"" + "x".repeat(70_000) + "\": 1}", limits),
                Arguments.of("{\"a\": " + "1".repeat(5000) + "}", limits),
                Arguments.of("{\"a\": " + "[".repeat(32) + "]".repeat(32) + "}", limits),
                Arguments.of("{\"push\": null}", "at push: expected an object"),
                Arguments.of("{\"push\": []}", "at push: expected an object"),
                Arguments.of("{\"pull\": \"" + SECRET + "\"}", "at pull: expected an object"),
                Arguments.of("{\"pull_imported\": {}}", "at pull_imported: expected an array"),
                Arguments.of("{\"pull_imported\": null}", "at pull_imported: expected an array"),
                Arguments.of("{\"pull_imported\": [" + CONNECTION + ", 1]}", "at pull_imported[1]: expected an object"),
                Arguments.of("{\"push\": {\"h/s\": null}}", "at push.h/s: expected an object"),
                Arguments.of("{\"push\": {\"h/s\": \"" + SECRET + "\"}}", "at push.h/s: expected an object"),
                Arguments.of(
                        "{\"push\": {\"h/s\": " + CONNECTION + ", \"" + SECRET + "\\n\": {}}}",
                        "at push: the name of connection 2 is not of the form server/site"),
                Arguments.of(
                        // The form of Checkmk 2.1.
                        "{\"pull\": {\"h:8000/s\": {}}}", "at pull.h/s.uuid: expected a string"),
                Arguments.of(pull(CONNECTION.replace("8000", "0")), port),
                Arguments.of(pull(CONNECTION.replace("8000", "65536")), port),
                Arguments.of(pull(CONNECTION.replace("8000", "8000.0")), port),
                Arguments.of(pull(CONNECTION.replace("8000", "80000000000")), port),
                Arguments.of(pull(CONNECTION.replace("8000", "\"8000\"")), port),
                Arguments.of(pull(CONNECTION.replace("receiver_port", "port")), port),
                Arguments.of(pull(CONNECTION.replace("\"uuid\"", "\"id\"")), "at pull.h/s.uuid: expected a string"),
                Arguments.of(pull(CONNECTION.replace("99f56bbc-", "")), "at pull.h/s.uuid: not a UUID"),
                Arguments.of(pull(CONNECTION.replace("99f56bbc", "9")), "at pull.h/s.uuid: not a UUID"),
                Arguments.of(pull(CONNECTION.replace("99f56bbc", SECRET)), "at pull.h/s.uuid: not a UUID"),
                Arguments.of(
                        pull(CONNECTION.replace("private_key", "key")), "at pull.h/s.private_key: expected a string"),
                Arguments.of(
                        pull(CONNECTION.replace("\"" + SECRET + "\"", "[\"" + SECRET + "\"]")),
                        "at pull.h/s.private_key: expected a string"),
                Arguments.of(pull(CONNECTION.replace("\"C\"", "null")), "at pull.h/s.certificate: expected a string"),
                Arguments.of(pull(CONNECTION.replace("\"R\"", "1")), "at pull.h/s.root_cert: expected a string"),
                Arguments.of(
                        "{\"pull_imported\": [" + CONNECTION.replace("private_key", "key") + "]}",
                        "at pull_imported[0].private_key: expected a string"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void saysWhereATextIsWrongWithoutQuotingIt(String text, String message) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> RegistryFormat.parse(text))
                .satisfies(e -> assertThat(e.getMessage().replaceFirst("(?<=levels) at line .*", ""))
                        .isEqualTo(message))
                .withNoCause();
    }

    @Test
    void noBeginningOfARegistryIsARegistry() {
        String text = FULL.strip();
        for (int length = 0; length < text.length(); length++) {
            String beginning = text.substring(0, length);
            assertThatExceptionOfType(MalformedJsonException.class)
                    .as(beginning)
                    .isThrownBy(() -> RegistryFormat.parse(beginning));
        }
    }

    @Test
    void aTextMayBeAsLongAsPemTextMay() throws MalformedJsonException {
        String text = "x".repeat(Pem.MAX_LENGTH);

        assertThat(RegistryFormat.parse("{\"a\": \"" + text + "\"}").unknownFields())
                .containsEntry("a", text);
    }

    @Property(tries = 300)
    void everyRegistrySurvivesWritingAndReading(@ForAll("registries") Registry registry) throws MalformedJsonException {
        assertThat(RegistryFormat.parse(RegistryFormat.print(registry))).isEqualTo(registry);
    }

    @Property
    void aDamagedRegistryIsReadOrRefusedOnOneLine(@ForAll @IntRange(max = 5000) int at, @ForAll char damage) {
        StringBuilder text = new StringBuilder(FULL);
        text.setCharAt(at % text.length(), damage);
        readsOrRefuses(text.toString());
    }

    @Property
    void anyTextIsReadOrRefusedOnOneLine(@ForAll String text) {
        readsOrRefuses(text);
        readsOrRefuses("{\"push\": {\"" + text.replace("\"", "") + "\": {}}}");
    }

    @Provide
    Arbitrary<Registry> registries() {
        Arbitrary<Connection> registered = Combinators.combine(
                        Arbitraries.of(ConnectionMode.class),
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12),
                        Arbitraries.integers().between(1, 65_535),
                        Arbitraries.create(UUID::randomUUID),
                        Arbitraries.strings().ofMaxLength(80),
                        unknownFields())
                .as((mode, site, port, uuid, text, unknown) -> new Connection(
                        mode == ConnectionMode.PUSH ? Connection.Kind.PUSH : Connection.Kind.PULL,
                        Optional.of(new ReceiverAddress(new SiteId("h", site), port)),
                        uuid,
                        text,
                        text + "c",
                        text + "r",
                        unknown));
        Arbitrary<Connection> imported = Combinators.combine(
                        Arbitraries.create(UUID::randomUUID),
                        Arbitraries.strings().ofMaxLength(80),
                        unknownFields())
                .as((uuid, text, unknown) -> new Connection(
                        Connection.Kind.PULL_IMPORTED, Optional.empty(), uuid, text, text, text, unknown));
        Arbitrary<List<Connection>> connections =
                Arbitraries.oneOf(registered, imported).list().ofMaxSize(8).uniqueElements(Connection::name);
        return Combinators.combine(connections, unknownFields())
                .as((list, unknown) -> new Registry(
                        list.stream()
                                .sorted(Comparator.comparing(connection -> List.of(
                                                Connection.Kind.PUSH,
                                                Connection.Kind.PULL,
                                                Connection.Kind.PULL_IMPORTED)
                                        .indexOf(connection.kind())))
                                .toList(),
                        unknown));
    }

    private static Arbitrary<Map<String, Object>> unknownFields() {
        Arbitrary<Object> values = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(text -> (Object) text),
                Arbitraries.integers().map(number -> (Object) number),
                Arbitraries.bigIntegers()
                        .between(BigInteger.TWO.pow(64), BigInteger.TWO.pow(100))
                        .map(number -> (Object) number),
                Arbitraries.of(true, false, new BigDecimal("0.1"), new BigDecimal("1.50")));
        return Arbitraries.maps(Arbitraries.strings().ofMaxLength(10).map(key -> "_" + key), nested(values))
                .ofMaxSize(3);
    }

    private static Arbitrary<Object> nested(Arbitrary<Object> values) {
        return Arbitraries.oneOf(values, values.list().ofMaxSize(3).map(list -> (Object) list), values.map(value -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("null", null);
            map.put("list", new ArrayList<>(Arrays.asList(value, null)));
            return map;
        }));
    }

    private static void readsOrRefuses(String text) {
        try {
            assertThat(RegistryFormat.parse(text)).isNotNull();
        } catch (MalformedJsonException e) {
            assertThat(e.getMessage()).matches("[\\x20-\\x7e]+");
        }
    }

    private static String pull(String connection) {
        return "{\"pull\": {\"h/s\": " + connection + "}}";
    }

    private static Registry full() {
        return Registry.EMPTY
                .with(connection(ConnectionMode.PUSH, "monitoring.example.com/prod", 8000, '1', true))
                .with(connection(ConnectionMode.PULL, "[2001:db8::1]/test", 8001, '2', false))
                .with(connection(ConnectionMode.PULL, "other/test", 65_535, '3', false))
                .with(new Connection(
                        Connection.Kind.PULL_IMPORTED,
                        Optional.empty(),
                        UUID.fromString("44444444-4444-4444-8444-444444444444"),
                        "K",
                        "C",
                        "R",
                        Map.of()));
    }

    private static Connection connection(ConnectionMode mode, String site, int port, char digit, boolean pem) {
        String uuid = "00000000-0000-4000-8000-000000000000".replace('0', digit);
        return Connection.registered(
                mode,
                new ReceiverAddress(SiteId.parse(site), port),
                UUID.fromString(uuid),
                pem ? "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" : "K",
                pem ? "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n" : "C",
                pem ? "-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n" : "R");
    }
}

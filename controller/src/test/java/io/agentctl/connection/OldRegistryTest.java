package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries of Checkmk 2.1, which say in one text where a site's agent receiver answers. */
class OldRegistryTest {
    private static final String FIELDS =
            "\"uuid\": \"%s\", \"private_key\": \"K\", \"certificate\": \"C\", \"root_cert\": \"R\"";
    private static final String FIRST = "11111111-1111-4111-8111-111111111111";
    private static final String SECOND = "22222222-2222-4222-8222-222222222222";
    private static final String THIRD = "33333333-3333-4333-8333-333333333333";
    private static final String OLD = """
            {
              "push": {"monitoring.example.com:8000/prod": {%s}},
              "pull": {"[2001:db8::1]:8001/test": {%s}},
              "pull_imported": [{%s}]
            }
            """.formatted(fields(FIRST), fields(SECOND), fields(THIRD));

    @TempDir
    private Path home;

    @Test
    void isServedAsItIs() throws IOException {
        ConnectionRegistry registry = written(OLD);

        assertThat(registry.read().connections())
                .extracting(connection -> connection.kind() + " " + connection.name() + " "
                        + connection.receiver().map(ReceiverAddress::port).orElse(0) + " " + connection.uuid())
                .containsExactly(
                        "PUSH monitoring.example.com/prod 8000 " + FIRST,
                        "PULL [2001:db8::1]/test 8001 " + SECOND,
                        "PULL_IMPORTED " + THIRD + " 0 " + THIRD);
        assertThat(registry.read().connections())
                .allSatisfy(connection -> assertThat(connection.unknownFields()).isEmpty());
        assertThat(Files.readString(registry.file())).isEqualTo(OLD);
        assertThat(files()).containsExactly("registered_connections.json");
    }

    @Test
    void isFoundUnderTheNewName() throws IOException {
        assertThat(written(OLD).read().find("[2001:db8::1]/test")).isPresent();
        assertThat(written(OLD).read().find("[2001:db8::1]:8001/test")).isEmpty();
    }

    @Test
    void becomesANewOneAtTheFirstChangeAndIsKept() throws IOException {
        ConnectionRegistry registry = written(OLD);

        registry.update(present ->
                present.without(connection -> connection.uuid().toString().equals(THIRD)));

        assertThat(Files.readString(registry.file())).isEqualTo("""
                        {
                          "push": {
                            "monitoring.example.com/prod": {
                              "uuid": "%s",
                              "private_key": "K",
                              "certificate": "C",
                              "root_cert": "R",
                              "receiver_port": 8000
                            }
                          },
                          "pull": {
                            "[2001:db8::1]/test": {
                              "uuid": "%s",
                              "private_key": "K",
                              "certificate": "C",
                              "root_cert": "R",
                              "receiver_port": 8001
                            }
                          },
                          "pull_imported": [ ]
                        }
                        """.formatted(FIRST, SECOND));
        Path kept = home.resolve("registered_connections.json.2.1");
        assertThat(Files.readString(kept)).isEqualTo(OLD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
    }

    @Test
    void isKeptOnceAndNotOverwrittenByTheNewForm() throws IOException {
        ConnectionRegistry registry = written(OLD);

        registry.update(present -> present);
        registry.update(present -> present.without(connection -> true));

        assertThat(Files.readString(home.resolve("registered_connections.json.2.1")))
                .isEqualTo(OLD);
        assertThat(registry.read()).isEqualTo(Registry.EMPTY);
    }

    @Test
    void isNotKeptOfANewForm() throws IOException {
        ConnectionRegistry registry =
                written("{\"pull\": {\"server/site\": {" + fields(FIRST) + ", \"receiver_port\": 8000}}}");

        registry.update(present -> present);

        assertThat(files()).doesNotContain("registered_connections.json.2.1");
    }

    @Test
    void isUnchangedWhereAChangeFails() throws IOException {
        ConnectionRegistry registry = written(OLD);

        org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(() -> registry.update(present -> {
                    throw new IllegalStateException("no");
                }));

        assertThat(Files.readString(registry.file())).isEqualTo(OLD);
        assertThat(files()).doesNotContain("registered_connections.json.2.1");
    }

    @ParameterizedTest
    @CsvSource({
        "monitoring.example.com:8000/prod, monitoring.example.com/prod, 8000",
        "10.1.2.3:1/prod, 10.1.2.3/prod, 1",
        "[2001:db8::1]:65535/test, [2001:db8::1]/test, 65535",
        "[::1]:8000/test, [::1]/test, 8000"
    })
    void standsInTheKeyOrInAField(String coordinates, String siteId, int port) throws MalformedJsonException {
        String inKey = "{\"pull\": {\"" + coordinates + "\": {" + fields(FIRST) + "}}}";
        String inField =
                "{\"pull\": {\"" + siteId + "\": {\"coordinates\": \"" + coordinates + "\", " + fields(FIRST) + "}}}";

        for (String text : List.of(inKey, inField)) {
            assertThat(RegistryFormat.holdsCoordinates(text)).isTrue();
            Registry registry = RegistryFormat.parse(text);
            assertThat(registry.connections())
                    .singleElement()
                    .satisfies(connection -> assertThat(connection.receiver())
                            .contains(new ReceiverAddress(SiteId.parse(siteId), port)));
            String printed = RegistryFormat.print(registry);
            assertThat(printed).doesNotContain("coordinates");
            assertThat(RegistryFormat.holdsCoordinates(printed)).isFalse();
            assertThat(RegistryFormat.parse(printed)).isEqualTo(registry);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server:0/site",
                "server:65536/site",
                "server:99999999/site",
                "server:port/site",
                "server:/site",
                ":8000/site",
                "server:8000/",
                "server:8000",
                "server:8000/a/b",
                "2001:db8::1:8000/site",
                "geheim"
            })
    void isNotNamedInAnyOtherWay(String key) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> RegistryFormat.parse("{\"pull\": {\"" + key + "\": {" + fields(FIRST) + "}}}"))
                .withMessage("at pull: the name of connection 1 is not of the form server/site");
    }

    static Stream<Arguments> incomplete() {
        return Stream.of(
                Arguments.of("\"geheim\"", "at pull: the name of connection 1 is not of the form server/site"),
                Arguments.of("{}", "at pull.server/site.uuid: expected a string"),
                Arguments.of("{\"uuid\": \"" + FIRST + "\"}", "at pull.server/site.private_key: expected a string"));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void isNotIncomplete(String value, String reason) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> RegistryFormat.parse("{\"pull\": {\"server:8000/site\": " + value + "}}"))
                .withMessage(reason);
    }

    @Test
    void needsAPortSomewhere() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> RegistryFormat.parse(
                        "{\"pull\": {\"server/site\": {\"coordinates\": 7, " + fields(FIRST) + "}}}"))
                .withMessage("at pull.server/site.receiver_port: expected a TCP port, 1 to 65535");
    }

    /** The key of 2.1 held the port, so that a site whose port had changed could be registered twice. */
    @Test
    void mayNameASiteTwiceOfWhichOneStays() throws IOException {
        ConnectionRegistry registry = written("{\"pull\": {\"server:8000/site\": {" + fields(FIRST)
                + "}, \"server:8001/site\": {" + fields(SECOND) + "}}}");

        assertThat(registry.read().findPulled(FIRST)).isPresent();
        assertThat(registry.read().findPulled(SECOND)).isPresent();

        registry.update(present -> present);

        assertThat(registry.read().connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.uuid()).hasToString(SECOND));
        assertThat(Files.readString(home.resolve("registered_connections.json.2.1")))
                .contains(FIRST, SECOND);
    }

    private ConnectionRegistry written(String text) throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(home);
        Files.writeString(registry.file(), text);
        return registry;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String fields(String uuid) {
        return FIELDS.formatted(uuid);
    }
}

package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.connection.SiteId;
import io.agentctl.json.MalformedJsonException;
import io.agentctl.receiver.Credentials.OneTimeToken;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.registration.PreConfigured.Target;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The file of pre-configured connections: every part of it that may be missing, and what is said of a file that is none. */
class PreConfiguredTest {
    private static final String USER = "\"credentials\": {\"username\": \"u\", \"password\": \"geheim\"}";

    @TempDir
    private Path folder;

    @Test
    void saysWhereToRegisterAndAsWhom() throws Exception {
        String json = """
                {
                  "connections": {
                    "monitoring.example.com/prod": {
                      "port": 8000,
                      "credentials": {"username": "u", "password": "geheim"},
                      "root_cert": "PEM"
                    },
                    "[2001:db8::1]/test": {"credentials": {"ott": "0:einmalig"}}
                  },
                  "agent_labels": {"role": "web", "cmk/os-family": "plan9"},
                  "keep_existing_connections": true
                }
                """;

        assertThat(PreConfigured.parse(json))
                .isEqualTo(new PreConfigured(
                        List.of(
                                new Target(
                                        SiteId.parse("monitoring.example.com/prod"),
                                        Optional.of(8000),
                                        new UserPassword("u", "geheim"),
                                        Optional.of("PEM")),
                                new Target(
                                        SiteId.parse("[2001:db8::1]/test"),
                                        Optional.empty(),
                                        new OneTimeToken("0:einmalig"),
                                        Optional.empty())),
                        Map.of("role", "web", "cmk/os-family", "plan9"),
                        true));
    }

    static Stream<Arguments> partial() {
        SiteId siteId = SiteId.parse("server/site");
        UserPassword user = new UserPassword("u", "geheim");
        return Stream.of(
                Arguments.of("{}", List.of()),
                Arguments.of("{\"connections\": {}}", List.of()),
                Arguments.of("{\"unknown\": 1}", List.of()),
                Arguments.of(connection(USER), List.of(new Target(siteId, Optional.empty(), user, Optional.empty()))),
                Arguments.of(
                        connection(USER + ", \"port\": 1"),
                        List.of(new Target(siteId, Optional.of(1), user, Optional.empty()))),
                Arguments.of(
                        connection(USER + ", \"port\": 65535, \"colour\": \"green\""),
                        List.of(new Target(siteId, Optional.of(65_535), user, Optional.empty()))),
                Arguments.of(
                        connection(USER + ", \"port\": null, \"root_cert\": null"),
                        List.of(new Target(siteId, Optional.empty(), user, Optional.empty()))),
                Arguments.of(
                        connection(USER + ", \"root_cert\": \"PEM\""),
                        List.of(new Target(siteId, Optional.empty(), user, Optional.of("PEM")))));
    }

    @ParameterizedTest
    @MethodSource("partial")
    void mayLackMuch(String json, List<Target> targets) throws Exception {
        assertThat(PreConfigured.parse(json)).isEqualTo(new PreConfigured(targets, Map.of(), false));
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", "it is not a JSON object"),
                Arguments.of("geheim", "it is not valid JSON at line 1, column 1"),
                Arguments.of("[\"geheim\"]", "it is not a JSON object"),
                Arguments.of("{} geheim", "it is not valid JSON at line 1, column 4"),
                Arguments.of("{}{}", "something follows the JSON object at line 1, column 4"),
                Arguments.of("{\"connections\": []}", "at connections: expected an object"),
                Arguments.of("{\"connections\": null}", "at connections: expected an object"),
                Arguments.of(
                        "{\"connections\": {\"geheim\": {}}}",
                        "at connections: the name of connection 1 is not of the form server/site"),
                Arguments.of(
                        "{\"connections\": {\"a/b\": {" + USER + "}, \"u:geheim@a/b\": {}}}",
                        "at connections: the name of connection 2 is not of the form server/site"),
                Arguments.of("{\"connections\": {\"a/b\": \"geheim\"}}", "at connections.a/b: expected an object"),
                Arguments.of(
                        connection("\"port\": 8000"), "at connections.server/site.credentials: expected an object"),
                Arguments.of(
                        connection("\"credentials\": \"geheim\""),
                        "at connections.server/site.credentials: expected an object"),
                Arguments.of(
                        connection("\"credentials\": {}"),
                        "at connections.server/site.credentials.username: expected a string"),
                Arguments.of(
                        connection("\"credentials\": {\"username\": \"u\"}"),
                        "at connections.server/site.credentials.password: expected a string"),
                Arguments.of(
                        connection("\"credentials\": {\"password\": \"geheim\"}"),
                        "at connections.server/site.credentials.username: expected a string"),
                Arguments.of(
                        connection("\"credentials\": {\"username\": \"u\", \"password\": [\"geheim\"]}"),
                        "at connections.server/site.credentials.password: expected a string"),
                Arguments.of(
                        connection("\"credentials\": {\"ott\": {\"token\": \"geheim\"}}"),
                        "at connections.server/site.credentials.ott: expected a string"),
                Arguments.of(
                        connection("\"credentials\": {\"ott\": \"geheim\\r\\nX-Header: b\"}"),
                        "at connections.server/site.credentials.ott: the one-time token has characters that no token has"),
                Arguments.of(
                        connection("\"credentials\": {\"ott\": \"\"}"),
                        "at connections.server/site.credentials.ott: the one-time token has characters that no token has"),
                Arguments.of(port("0"), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(port("65536"), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(port("-1"), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(port("8000.5"), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(
                        port("99999999999999"), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(port("\"8000\""), "at connections.server/site.port: expected a TCP port, 1 to 65535"),
                Arguments.of(
                        connection(USER + ", \"root_cert\": [\"PEM\"]"),
                        "at connections.server/site.root_cert: expected a string"),
                Arguments.of("{\"agent_labels\": [\"a:b\"]}", "at agent_labels: expected an object"),
                Arguments.of("{\"agent_labels\": {\"a\": 1}}", "at agent_labels.a: expected a string"),
                Arguments.of(
                        "{\"keep_existing_connections\": \"true\"}",
                        "at keep_existing_connections: expected true or false"),
                Arguments.of(
                        "{\"keep_existing_connections\": null}",
                        "at keep_existing_connections: expected true or false"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void isNotAnythingElse(String json, String reason) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> PreConfigured.parse(json))
                .withMessage(reason)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("geheim"));
    }

    @Test
    void isReadFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("wanted.json"), connection(USER));

        assertThat(PreConfigured.read(file))
                .hasValueSatisfying(wanted -> assertThat(wanted.targets()).hasSize(1));
    }

    @Test
    void mayBeMissing() throws Exception {
        assertThat(PreConfigured.read(folder.resolve("nothing"))).isEmpty();
    }

    @Test
    void namesTheFileThatIsMalformed() throws Exception {
        Path file = Files.writeString(folder.resolve("wanted.json"), "{\n  \"geheim");

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> PreConfigured.read(file))
                .withMessage("cannot understand " + file + ": it is not valid JSON at line 2, column 10");
    }

    @Test
    void isNoFolder() {
        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> PreConfigured.read(folder))
                .withMessage("cannot read " + folder + ": Is a directory");
    }

    @Test
    void isNotHuge() throws Exception {
        Path file = folder.resolve("wanted.json");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(16 * 1024 * 1024 + 1);
        }

        assertThatExceptionOfType(RegistrationException.class)
                .isThrownBy(() -> PreConfigured.read(file))
                .withMessage(file + " is larger than 16 MiB and is no list of connections");
    }

    private static String connection(String fields) {
        return "{\"connections\": {\"server/site\": {" + fields + "}}}";
    }

    private static String port(String port) {
        return connection(USER + ", \"port\": " + port);
    }
}

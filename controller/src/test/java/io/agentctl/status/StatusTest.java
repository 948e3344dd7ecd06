package io.agentctl.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.status.RemoteStatus.Answered;
import io.agentctl.status.RemoteStatus.Failed;
import io.agentctl.status.RemoteStatus.Imported;
import io.agentctl.status.RemoteStatus.NotAsked;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The status, byte for byte: sites and scripts parse the one form, people read the other. */
class StatusTest {
    private static final UUID UUID_1 = UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6");
    private static final Optional<CertificateInfo> CERTIFICATE = Optional.of(new CertificateInfo(
            "Site 'site' local CA", Instant.parse("2021-12-16T08:18:41Z"), Instant.parse("3020-04-18T08:18:41Z")));
    private static final String LOCAL_JSON = "\"local\":{\"connection_mode\":\"pull-agent\",\"cert_info\":{"
            + "\"issuer\":\"Site 'site' local CA\",\"from\":\"Thu, 16 Dec 2021 08:18:41 +0000\","
            + "\"to\":\"Tue, 18 Apr 3020 08:18:41 +0000\"}}";
    private static final String HEAD = """
            Version: 1.0.0
            Agent socket: operational
            IP allowlist: any


            """;
    private static final String LOCAL_TEXT = """
            Connection: server/site
            \tUUID: 99f56bbc-5965-4b34-bc70-1959ad1d32d6
            \tLocal:
            \t\tConnection mode: pull-agent
            \t\tConnecting to receiver port: 8000
            \t\tCertificate issuer: Site 'site' local CA
            \t\tCertificate validity: Thu, 16 Dec 2021 08:18:41 +0000 - Tue, 18 Apr 3020 08:18:41 +0000
            """;

    @Test
    void isTheProtocolsExample() {
        Status status = status(pull(registered("my-host", ConnectionMode.PULL)));

        assertThat(StatusJson.of(status))
                .isEqualTo("{\"version\":\"1.0.0\",\"agent_socket_operational\":true,\"ip_allowlist\":[],"
                        + "\"allow_legacy_pull\":false,\"connections\":[{\"site_id\":\"server/site\","
                        + "\"receiver_port\":8000,\"uuid\":\"99f56bbc-5965-4b34-bc70-1959ad1d32d6\"," + LOCAL_JSON
                        + ",\"remote\":{\"status\":\"Registered\",\"hostname\":\"my-host\","
                        + "\"connection_mode\":\"pull-agent\"}}]}");
        assertThat(StatusText.of(status, false))
                .isEqualTo(HEAD + LOCAL_TEXT + "\tRemote:\n\t\tConnection mode: pull-agent\n\t\tHostname: my-host");
    }

    static Stream<Arguments> remotes() {
        return Stream.of(
                Arguments.of(
                        new Answered(new RegistrationStatus.NotRegistered()),
                        "{\"status\":\"NotRegistered\"}",
                        "\tRemote: not registered there, register this host again (!!)"),
                Arguments.of(
                        new Failed("cannot reach \"server\":8000"),
                        "{\"error\":\"cannot reach \\\"server\\\":8000\"}",
                        "\tRemote: cannot reach \"server\":8000 (!!)"),
                Arguments.of(new NotAsked(), "\"remote_query_disabled\"", "\tRemote: query disabled"),
                Arguments.of(
                        registered("my-host", ConnectionMode.PUSH),
                        "{\"status\":\"Registered\",\"hostname\":\"my-host\",\"connection_mode\":\"push-agent\"}",
                        "\tRemote:\n\t\tConnection mode: push-agent (!!)\n\t\tHostname: my-host"));
    }

    @ParameterizedTest
    @MethodSource("remotes")
    void saysWhatTheSiteSays(RemoteStatus remote, String json, String text) {
        Status status = status(pull(remote));

        assertThat(StatusJson.of(status)).endsWith(LOCAL_JSON + ",\"remote\":" + json + "}]}");
        assertThat(StatusText.of(status, false)).isEqualTo(HEAD + LOCAL_TEXT + text);
    }

    @Test
    void namesNoSiteOfAnImportedConnection() {
        Status status = status(new ConnectionStatus(imported(), CERTIFICATE, new Imported()));

        assertThat(StatusJson.of(status))
                .endsWith("\"connections\":[{\"uuid\":\"99f56bbc-5965-4b34-bc70-1959ad1d32d6\"," + LOCAL_JSON
                        + ",\"remote\":\"imported_connection\"}]}");
        assertThat(StatusText.of(status, false))
                .isEqualTo(HEAD
                        + LOCAL_TEXT
                                .replace("Connection: server/site", "Imported connection:")
                                .replace("\t\tConnecting to receiver port: 8000\n", "")
                        + "\tRemote: imported connection, its site is not known here");
    }

    @Test
    void saysThatACertificateCannotBeRead() {
        Status status = status(new ConnectionStatus(connection(ConnectionMode.PUSH), Optional.empty(), new NotAsked()));

        assertThat(StatusJson.of(status))
                .endsWith("\"local\":{\"connection_mode\":\"push-agent\",\"cert_info\":{\"issuer\":"
                        + "\"unreadable certificate\",\"from\":\"Thu, 01 Jan 1970 00:00:00 +0000\",\"to\":\"Thu, 01 Jan 1970"
                        + " 00:00:00 +0000\"}},"
                        + "\"remote\":\"remote_query_disabled\"}]}");
        assertThat(StatusText.of(status, false)).isEqualTo(HEAD + """
                        Connection: server/site
                        \tUUID: 99f56bbc-5965-4b34-bc70-1959ad1d32d6
                        \tLocal:
                        \t\tConnection mode: push-agent
                        \t\tConnecting to receiver port: 8000
                        \t\tCertificate parsing failed (!!)
                        \tRemote: query disabled""");
    }

    @Test
    void saysThatThereIsNoConnection() {
        assertThat(StatusJson.of(status()))
                .isEqualTo("{\"version\":\"1.0.0\",\"agent_socket_operational\":true,\"ip_allowlist\":[],"
                        + "\"allow_legacy_pull\":false,\"connections\":[]}");
        assertThat(StatusText.of(status(), false)).isEqualTo(HEAD + "No connections");
    }

    @Test
    void marksTroubleOfTheHost() {
        Status status = new Status("1.0.0", false, List.of("192.168.1.0/24", "::1", "no address"), true, List.of());

        assertThat(StatusJson.of(status))
                .isEqualTo("{\"version\":\"1.0.0\",\"agent_socket_operational\":false,"
                        + "\"ip_allowlist\":[\"192.168.1.0/24\",\"::1\",\"no address\"],"
                        + "\"allow_legacy_pull\":true,\"connections\":[]}");
        assertThat(StatusText.of(status, false)).isEqualTo("""
                        Version: 1.0.0
                        Agent socket: inoperational (!!)
                        IP allowlist: 192.168.1.0/24 ::1 no address
                        Legacy pull: allowed, anyone who may connect reads the agent's output in the clear (!!)


                        No connections""");
    }

    @Test
    void separatesConnections() {
        ConnectionStatus one = pull(new NotAsked());
        assertThat(StatusText.of(status(one, one), false))
                .isEqualTo(
                        HEAD + LOCAL_TEXT + "\tRemote: query disabled\n\n\n" + LOCAL_TEXT + "\tRemote: query disabled");
    }

    @Test
    void foreignTextDoesNotSteerTheTerminal() throws Exception {
        String evil = "h\u001b[2J\r\nRemote: fine\u009b1m\u0007\u202e\u2028x";
        Status status = status(
                new ConnectionStatus(
                        connection(ConnectionMode.PULL),
                        Optional.of(new CertificateInfo(evil, Instant.EPOCH, Instant.EPOCH)),
                        registered(evil, ConnectionMode.PULL)),
                pull(new Failed(evil)));

        String text = StatusText.of(status, false);
        assertThat(text.replaceAll("[\n\t]", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        assertThat(text)
                .contains(
                        "\t\tHostname: h?[2J??Remote: fine?1m???x\n",
                        "\t\tCertificate issuer: h?[2J??Remote: fine?1m???x\n",
                        "\tRemote: h?[2J??Remote: fine?1m???x (!!)");

        String json = StatusJson.of(status);
        assertThat(json).doesNotContain("\n", "\r", "\u001b");
        assertThat(json).contains("\"hostname\":\"h\\u001B[2J\\r\\n");
        assertThat(JSON.std.mapFrom(json)).containsKey("connections");
    }

    private static Status status(ConnectionStatus... connections) {
        return new Status("1.0.0", true, List.of(), false, List.of(connections));
    }

    private static ConnectionStatus pull(RemoteStatus remote) {
        return new ConnectionStatus(connection(ConnectionMode.PULL), CERTIFICATE, remote);
    }

    private static Answered registered(String hostName, ConnectionMode mode) {
        return new Answered(new RegistrationStatus.Registered(hostName, mode));
    }

    private static Connection connection(ConnectionMode mode) {
        return Connection.registered(
                mode, new ReceiverAddress(new SiteId("server", "site"), 8000), UUID_1, "key", "certificate", "root");
    }

    private static Connection imported() {
        return new Connection(
                Connection.Kind.PULL_IMPORTED, Optional.empty(), UUID_1, "key", "certificate", "root", Map.of());
    }
}

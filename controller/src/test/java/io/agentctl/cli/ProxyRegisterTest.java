package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.Version;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection that one machine registers and another imports. */
class ProxyRegisterTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    /** The machine that can reach the site. It has neither a home directory nor an agent. */
    private Controller elsewhere;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        elsewhere = Controller.at(folder.resolve("elsewhere"));
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void printsOneLineAndStoresNothing() throws Exception {
        Transcript transcript = elsewhere.run(proxyRegister("web1")).succeeds();

        UUID uuid = host.site().roster().registered().iterator().next();
        String pem = "-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\\\n]+-----END CERTIFICATE-----\\\\n";
        transcript
                .assertStdout()
                .matches("\\{\"agent_controller_version\":\"" + Version.current() + "\",\"connection\":\\{\"uuid\":\""
                        + uuid
                        + "\",\"private_key\":\"-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\\\\n]+"
                        + "-----END PRIVATE KEY-----\\\\n\",\"certificate\":\"" + pem + "\",\"root_cert\":\"" + pem
                        + "\"}}\n");
        assertThat(host.site().roster().registration(uuid).orElseThrow().hostName())
                .isEqualTo("web1");
        assertThat(elsewhere.home()).doesNotExist();
    }

    @Test
    void arrivesThroughAPipe() throws Exception {
        String line = elsewhere.run(proxyRegister("web1")).succeeds().stdout();

        host.controller().runWithInput(line, "import").succeeds().stdoutIs("");

        isImported();
        host.controller()
                .run("status", "--json")
                .succeeds()
                .assertStdout()
                .contains("\"connections\":[{\"uuid\":\"")
                .contains("\"remote\":\"imported_connection\"");
    }

    @Test
    void arrivesInAFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("connection.json"),
                elsewhere.run(proxyRegister("web1")).succeeds().stdout());
        Path marker = Files.createFile(host.controller().home().resolve("allow-legacy-pull"));

        host.controller().run("import", file.toString()).succeeds().stdoutIs("");

        isImported();
        assertThat(marker).doesNotExist();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(host.controller().registryFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void arrivesTwiceAsOne() throws Exception {
        String line = elsewhere.run(proxyRegister("web1")).succeeds().stdout();

        host.controller().runWithInput(line, "import").succeeds();
        host.controller().runWithInput(line, "import").succeeds();

        isImported();
    }

    @Test
    void isNotForHostsThatPush() throws Exception {
        elsewhere
                .run(proxyRegister("web2"))
                .fails("the site expects host 'web2' to push, which an imported connection cannot: set the host to"
                        + " pull at the site");
    }

    /** Nobody else has the key. */
    @Test
    void isNoSuccessWhereNobodyReadsIt() throws Exception {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full");

        try (RunningController running =
                elsewhere.start(List.of("/bin/sh", "-c", "exec \"$@\" >" + full, "sh"), proxyRegister("web1"))) {
            running.awaitEnd()
                    .fails("the connection could not be written to standard output and is lost: register again");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "''                              | it is not a JSON object",
                "-----BEGIN PRIVATE KEY-----     | it is not valid JSON at line 1, column 2",
                "geheim                          | it is not valid JSON at line 1, column 1",
                "[]                              | it is not a JSON object",
                "{}                              | at connection: expected an object",
                "{\"connection\":{}}             | at connection.uuid: expected a string"
            })
    void importsNothingElse(String text, String reason) throws Exception {
        host.controller().runWithInput(text, "import").fails("this is not what proxy-register prints: " + reason);

        assertThat(host.controller().registryFile()).doesNotExist();
    }

    @Test
    void importsNoKeyThatDoesNotFit() throws Exception {
        Map<String, Object> one =
                JSON.std.mapFrom(elsewhere.run(proxyRegister("web1")).succeeds().stdout());
        Map<String, Object> other =
                JSON.std.mapFrom(elsewhere.run(proxyRegister("web1")).succeeds().stdout());
        connection(one).put("private_key", connection(other).get("private_key"));

        host.controller()
                .runWithInput(JSON.std.asString(one), "import")
                .fails("the connection cannot be used: the certificate of CN="
                        + connection(one).get("uuid") + " was not issued for this private key");

        assertThat(host.controller().registryFile()).doesNotExist();
    }

    @Test
    void importsNoFileThatIsNotThere() throws Exception {
        Path nothing = folder.resolve("nothing");

        host.controller().run("import", nothing.toString()).fails("cannot read " + nothing + ": no such file");
    }

    @Test
    void importsNoFolder() throws Exception {
        host.controller().run("import", folder.toString()).fails("cannot read " + folder + ": Is a directory");
    }

    @Test
    void importsNoHugeFile() throws Exception {
        Path file = folder.resolve("huge");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(1024 * 1024 + 1);
        }

        host.controller().run("import", file.toString()).fails(file + " holds more than 1024 KiB and is no connection");
    }

    private void isImported() throws IOException {
        UUID uuid = host.site().roster().registered().iterator().next();
        assertThat(new ConnectionRegistry(host.controller().home()).read().connections())
                .singleElement()
                .satisfies(connection -> {
                    assertThat(connection.kind()).isEqualTo(Connection.Kind.PULL_IMPORTED);
                    assertThat(connection.uuid()).isEqualTo(uuid);
                    assertThat(connection.identity().servableFor(uuid, java.time.Instant.now()))
                            .isNotNull();
                });
    }

    @SuppressWarnings("unchecked") // JSON's own maps
    private static Map<String, Object> connection(Map<String, Object> line) {
        return (Map<String, Object>) line.get("connection");
    }

    private String[] proxyRegister(String hostName) {
        List<String> arguments = new ArrayList<>(List.of(
                host.registering(hostName, "--user", MonitoredHost.USER, "--password", MonitoredHost.PASSWORD)));
        arguments.set(0, "proxy-register");
        arguments.add("--trust-cert");
        return arguments.toArray(String[]::new);
    }
}

package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.ReceivedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registration as scripts do it, what it stores, and what it does before it talks to anyone. */
class RegisterTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** The command line of protocol.md, section 5, word for word. */
    @Test
    void understandsWhatAnsibleAndPuppetSay() throws Exception {
        controller
                .run(
                        "register",
                        "--hostname",
                        "web1",
                        "--server",
                        host.server(),
                        "--site",
                        "prod",
                        "--user",
                        "automation",
                        "--password",
                        MonitoredHost.PASSWORD,
                        "--trust-cert")
                .succeeds()
                .stdoutIs("Registration complete.\n");

        Connection connection = host.registry().find("localhost/prod").orElseThrow();
        assertThat(connection.kind()).isEqualTo(Connection.Kind.PULL);
        assertThat(host.site().roster().registration(connection.uuid()))
                .hasValueSatisfying(known -> assertThat(known.hostName()).isEqualTo("web1"));
        Map<String, Object> stored = JSON.std.mapFrom(Files.readString(controller.registryFile()));
        assertThat(stored.get("pull"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("localhost/prod");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(controller.registryFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void understandsShortOptions() throws Exception {
        controller
                .run(
                        "-v",
                        "register",
                        "-s",
                        host.server(),
                        "-i",
                        "prod",
                        "-H",
                        "web1",
                        "-U",
                        "automation",
                        "-P",
                        MonitoredHost.PASSWORD,
                        "-d",
                        "--trust-cert")
                .exits(0)
                .stdoutIs("Registration complete.\n");
    }

    @Test
    void understandsOptionsWithAnEqualsSign() throws Exception {
        controller
                .run(
                        "register",
                        "--server=" + host.server(),
                        "--site=prod",
                        "--hostname=web1",
                        "--user=automation",
                        "--password=" + MonitoredHost.PASSWORD,
                        "--trust-cert")
                .succeeds();
    }

    @Test
    void registersWithAToken() throws Exception {
        controller
                .run(host.registering("web1", "--ott", MonitoredHost.TOKEN, "--trust-cert"))
                .succeeds()
                .stdoutIs("Registration complete.\n");

        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING_TOKEN)).hasSize(1);
        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING)).isEmpty();
    }

    @Test
    void refusesATokenWithAUser() throws Exception {
        controller
                .run(host.registering("web1", "--ott", MonitoredHost.TOKEN, "--user", "automation", "--trust-cert"))
                .fails("--ott stands for user and password: give one or the other");

        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void storesAPushHostAsOne() throws Exception {
        controller
                .run(host.registering("web2", "-U", "automation", "-P", MonitoredHost.PASSWORD, "--trust-cert"))
                .succeeds();

        assertThat(host.registry().ofKind(Connection.Kind.PUSH)).hasSize(1);
        assertThat(host.registry().pulled()).isEmpty();
    }

    @Test
    void replacesAnEarlierRegistrationAlsoInAnotherMode() throws Exception {
        host.register().succeeds();
        Connection first = host.registry().find("localhost/prod").orElseThrow();

        host.site().roster().host("web1", ConnectionMode.PUSH);
        host.register().succeeds();

        assertThat(host.registry().connections()).singleElement().satisfies(second -> {
            assertThat(second.uuid()).isNotEqualTo(first.uuid());
            assertThat(second.privateKey()).isNotEqualTo(first.privateKey());
            assertThat(second.kind()).isEqualTo(Connection.Kind.PUSH);
        });
    }

    @Test
    void makesTheKeyThatIsAskedFor() throws Exception {
        controller
                .run(host.registering("web1", "--ott", MonitoredHost.TOKEN, "--trust-cert", "--key-type", "rsa-2048"))
                .succeeds();

        assertThat(host.registry()
                        .find("localhost/prod")
                        .orElseThrow()
                        .identity()
                        .certificate()
                        .getPublicKey()
                        .getAlgorithm())
                .isEqualTo("RSA");
    }

    @Test
    void removesTheMarkerForLegacyPull() throws Exception {
        Path marker = Files.createFile(controller.home().resolve("allow-legacy-pull"));

        host.register().succeeds();

        assertThat(marker).doesNotExist();
    }

    @Test
    void needsAnAgentBeforeItTalksToAnyone() throws Exception {
        host.agent().close();
        Path socket = controller.home().resolve("run").resolve("check-mk-agent.socket");
        Files.delete(socket);

        host.register()
                .fails("the agent's socket " + socket
                        + " does not exist; install and start the agent, or name another source with --agent");

        assertThat(host.site().requests()).isEmpty();
        assertThat(controller.registryFile()).doesNotExist();
    }

    @Test
    void registersAHostWhoseAgentIsACommand() throws Exception {
        Controller elsewhere = Controller.at(folder.resolve("elsewhere"));

        elsewhere
                .run(host.registering(
                        "web1", "--ott", MonitoredHost.TOKEN, "--trust-cert", "--agent", "exec:echo '<<<check_mk>>>'"))
                .succeeds();

        assertThat(elsewhere.registryFile()).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere.home())))
                .isEqualTo("rwx------");
    }

    @Test
    void saysThatThePasswordIsWrong() throws Exception {
        controller
                .run(host.registering("web1", "--user", "automation", "--password", "falsch", "--trust-cert"))
                .fails("the agent receiver at " + host.server() + "/prod refused to register host 'web1' for user"
                        + " 'automation' (HTTP status 401): User authentication failed; check the user name and the"
                        + " password or token");

        assertThat(controller.registryFile()).doesNotExist();
    }

    @Test
    void saysThatTheHostIsUnknown() throws Exception {
        controller
                .run(host.registering(
                        "web9", "--user", "automation", "--password", MonitoredHost.PASSWORD, "--trust-cert"))
                .fails("the agent receiver at " + host.server() + "/prod refused to register host 'web9' for user"
                        + " 'automation' (HTTP status 404): Host web9 does not exist.; check the names of the site and"
                        + " the host");
    }

    @Test
    void saysThatTheSiteIsDown() throws Exception {
        String server = host.server();
        host.site().close();

        host.register()
                .fails("cannot reach " + server
                        + ": connection refused; is the site running, and is this its agent receiver's port?");
    }

    @Test
    void saysThatTheServerIsUnknown() throws Exception {
        controller
                .run(
                        "register",
                        "--server",
                        "nowhere.invalid",
                        "--site",
                        "prod",
                        "--hostname",
                        "web1",
                        "--ott",
                        MonitoredHost.TOKEN,
                        "--trust-cert")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": cannot find out the agent receiver's port of nowhere.invalid/prod")
                .contains("the host name is unknown; is it spelt right, and does this host's DNS work?")
                .endsWith("name it with --server nowhere.invalid:PORT (usually 8000)\n")
                .hasLineCount(1);
    }

    @Test
    void storesNothingWhenTheSiteAnswersNonsense() throws Exception {
        host.site().fault(Endpoint.REGISTER_EXISTING, Fault.html(200));

        host.register()
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": cannot understand the answer of " + host.server() + "/prod: ")
                .hasLineCount(1);

        assertThat(controller.registryFile()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "host:99999 | 'host:99999' has no TCP port: expected 1 to 65535",
                "host:0 | 'host:0' has no TCP port: expected 1 to 65535",
                "https://host | 'https://host' is a URL: --server takes HOST[:PORT], --site the site's name",
                "[::1 | '[::1' is not a server: expected HOST[:PORT], with an IPv6 address in brackets, such as"
                        + " monitoring.example.com:8000 or [2001:db8::1]:8000",
                "a/b | 'a/b' is not a server: expected HOST[:PORT], with an IPv6 address in brackets, such as"
                        + " monitoring.example.com:8000 or [2001:db8::1]:8000",
                "::1 | '::1' is not a server: expected HOST[:PORT], with an IPv6 address in brackets, such as"
                        + " monitoring.example.com:8000 or [2001:db8::1]:8000",
                "\"\" | '' is not a server: expected HOST[:PORT], with an IPv6 address in brackets, such as"
                        + " monitoring.example.com:8000 or [2001:db8::1]:8000",
            })
    void refusesWhatIsNoServer(String server, String complaint) throws Exception {
        controller
                .run("register", "--server", server, "--site", "prod", "--hostname", "web1", "--trust-cert")
                .isMisused(complaint, "register");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "../x", "-x", "a b"})
    void refusesWhatIsNoSite(String site) throws Exception {
        controller
                .run("register", "--server", "h:1", "--site=" + site, "--hostname", "web1", "--trust-cert")
                .isMisused(
                        "'" + site + "' is not a site name: expected letters, digits, '_' and '-', such as 'prod'",
                        "register");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"pull\": ", "[]", "{\"pull\": {\"localhost/prod\": {\"uuid\": \"x\"}}}", "\u0000"})
    void leavesARegistryThatItCannotUnderstand(String text) throws Exception {
        controller.writeRegistry(text);

        host.register()
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": cannot understand " + controller.registryFile() + ": ")
                .endsWith("; repair it or move it away, it is left as it is\n")
                .hasLineCount(1);

        assertThat(Files.readString(controller.registryFile())).isEqualTo(text);
        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void refusesARegistryThatItCannotRead() throws Exception {
        Files.createDirectory(controller.registryFile(), OwnerOnly.folder(folder));

        host.register().fails("cannot read " + controller.registryFile() + ": Is a directory");

        assertThat(host.site().requests()).isEmpty();
    }

    /** Characters with a meaning for shells, option parsers or HTTP are a password's good right. */
    @ParameterizedTest
    @ValueSource(strings = {"-v", "--trust-cert", "ä€😀", " '\"\\$x ", "a:b=", "${sys:user.home}"})
    void sendsThePasswordAsItIs(String password) throws Exception {
        host.site().roster().user("odd", password);

        controller
                // Java 17 and later read arguments by the locale.
                .with("LC_ALL", "C.UTF-8")
                .run(host.registering("web1", "--user", "odd", "--password=" + password, "--trust-cert"))
                .succeeds();

        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING))
                .last()
                .extracting(RegisterTest::password)
                .isEqualTo(password);
    }

    /** Some option parsers would read the file, or take the first sign for an escape. */
    @Test
    void takesAnAtSignForWhatItIs() throws Exception {
        host.site().roster().user("odd", "@@twice");
        controller
                .run(host.registering("web1", "--user", "odd", "--password", "@@twice", "--trust-cert"))
                .succeeds();

        Path file = Files.writeString(folder.resolve("file"), "content");
        host.site().roster().user("odd", "@" + file);

        controller
                .run(host.registering("web1", "--user", "odd", "--password", "@" + file, "--trust-cert"))
                .succeeds();
    }

    private static String password(ReceivedRequest request) {
        String basic = request.header("authorization").orElseThrow().substring("Basic ".length());
        String credentials = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        return credentials.substring(credentials.indexOf(':') + 1);
    }
}

package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.pki.SoftToken;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Private keys on a token, SoftHSM's, from the registration to the deletion. */
@Timeout(300)
class KeyOnTokenTest {
    /** A private key and the certificate that Java finds it by. */
    private static final long ONE_KEY = 2;

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private SoftToken token;
    private Controller controller;

    @BeforeEach
    void start() throws Exception {
        SoftToken.assumeInstalled();
        host = new MonitoredHost(folder);
        token = SoftToken.make("host keys", folder.resolve("softhsm2.conf"));
        controller = host.controller()
                .with(SoftToken.VARIABLE, token.configuration().toString())
                .configured("key_storage = \"" + token.uri() + "\"");
    }

    @AfterEach
    void stop() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void livesAndDiesWithItsConnection() throws Exception {
        register("web1").succeeds().stdoutIs("Registration complete.\n");
        Connection first = connection();
        assertThat(first.privateKey()).startsWith("pkcs11:token=host%20keys;object=agent-ctl-");
        assertThat(Files.readString(controller.registryFile())).doesNotContain("PRIVATE KEY");
        assertThat(token.objects()).isEqualTo(ONE_KEY);

        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertServes(first, port, "TLSv1.3");
            assertServes(first, port, "TLSv1.2");
            // As a client, too.
            controller.run("status").succeeds().assertStdout().contains("\t\tHostname: web1\n");

            controller.run("renew-certificate", "localhost/prod").succeeds();
            Connection renewed = connection();
            assertThat(renewed.privateKey())
                    .startsWith("pkcs11:token=host%20keys;object=agent-ctl-")
                    .isNotEqualTo(first.privateKey());
            assertThat(token.objects()).isEqualTo(ONE_KEY);
            // Its old key is gone: the daemon has taken up the new one, which another process has made.
            assertServes(renewed, port, "TLSv1.3");

            controller.run("delete", "localhost/prod").succeeds();
            assertThat(token.objects()).isZero();
            assertThat(daemon.stderr())
                    .doesNotContain("WARN token", "WARN pull", "WARN registry", "ERROR", SoftToken.PIN);
            daemon.terminate().awaitEnd().exits(0).stdoutIs("");
        }
    }

    @Test
    void servesAndPushesWithRsaKeys() throws Exception {
        register("web1", "--key-type", "rsa-2048").succeeds();
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertServes(connection(), port, "TLSv1.2");
            assertServes(connection(), port, "TLSv1.3");
        }

        // In the place of the other, whose key is not needed any more.
        register("web2", "--key-type", "rsa-2048").succeeds();
        assertThat(token.objects()).isEqualTo(ONE_KEY);
        controller.run("push").succeeds();
        assertThat(host.site().roster().delivered(connection().uuid())).containsExactly(MonitoredHost.OUTPUT);
    }

    @Test
    void isSharedBySeveralConnections() throws Exception {
        try (SimulatedSite second = new SimulatedSite("second", Clock.systemUTC())) {
            second.roster().user(MonitoredHost.USER, MonitoredHost.PASSWORD).host("web1", ConnectionMode.PULL);
            register("web1").succeeds();
            run("register", "localhost:" + second.receiverPort(), "second", "web1")
                    .succeeds();
            assertThat(token.objects()).isEqualTo(2 * ONE_KEY);

            try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
                int port = daemon.awaitPort();
                assertServes(connection(), port, "TLSv1.3");
                Connection other = host.registry().find("localhost/second").orElseThrow();
                assertThat(second.fetcher(other.uuid())
                                .pull(MonitoredHost.at(port))
                                .payload())
                        .isEqualTo(MonitoredHost.OUTPUT);
            }
            controller.run("delete-all").succeeds();
            assertThat(token.objects()).isZero();
        }
    }

    @Test
    void leavesNoKeyBehindWhereTheSiteRefuses() throws Exception {
        register("stranger").exits(1);
        assertThat(token.objects()).isZero();

        register("web1").succeeds();
        Connection before = connection();
        host.site().fault(Endpoint.RENEW_CERTIFICATE, Fault.detail(500, "not now"));
        controller.run("renew-certificate", "localhost/prod").exits(1);

        assertThat(connection()).isEqualTo(before);
        assertThat(token.objects()).isEqualTo(ONE_KEY);
        controller.run("status").succeeds().assertStdout().contains("\t\tHostname: web1\n");
    }

    @Test
    void leavesNoKeyBehindWhereTheConnectionCannotBeStored() throws Exception {
        Path lock = controller.home().resolve(".registered_connections.lock");
        List<FileChannel> locked = new ArrayList<>();
        try {
            host.site().fault(Endpoint.REGISTER_EXISTING, (exchange, proper) -> {
                FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                locked.add(channel);
                channel.lock();
                proper.handle(exchange);
            });
            register("web1")
                    .fails("another process has kept " + lock
                            + " locked for 30 s; wait for it to end or stop it, then try again");
        } finally {
            for (FileChannel channel : locked) {
                channel.close();
            }
        }
        assertThat(token.objects()).isZero();
    }

    @Test
    void comesAndGoesByRenewal() throws Exception {
        Connection inFile = host.enroll("web1", ConnectionMode.PULL);
        controller.run("renew-certificate", "--all", "--force").succeeds();
        Connection onToken = connection();
        assertThat(onToken.privateKey()).startsWith("pkcs11:");
        assertThat(onToken.uuid()).isEqualTo(inFile.uuid());

        Files.delete(controller.home().resolve("cmk-agent-ctl.toml"));
        controller.run("renew-certificate", "--all", "--force").succeeds();
        assertThat(connection().privateKey())
                .as("without a setting it stays where it is")
                .startsWith("pkcs11:")
                .isNotEqualTo(onToken.privateKey());

        controller
                .configured("key_storage = \"file\"")
                .run("renew-certificate", "--all", "--force")
                .succeeds();
        assertThat(connection().privateKey()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(token.objects()).isZero();
        assertThat(connection().identity()).isNotNull();
    }

    @Test
    void troubleWithATokenIsTheTroubleOfItsConnectionsAlone() throws Exception {
        register("web1").succeeds();
        Connection onToken = connection();
        try (SimulatedSite second = new SimulatedSite("second", Clock.systemUTC())) {
            Connection inFile = second.enroll("web1", ConnectionMode.PULL);
            new ConnectionRegistry(controller.home()).update(present -> present.with(inFile));
            Files.setPosixFilePermissions(token.pinFile(), PosixFilePermissions.fromString("rw-r--r--"));

            try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
                int port = daemon.awaitPort();
                assertThat(pull(onToken, port, "TLSv1.3").isComplete()).isFalse();
                daemon.awaitOnStderr("connection localhost/prod cannot be served: the PIN file " + token.pinFile()
                        + " has mode 0644: everyone can read it; run: chmod 0600 " + token.pinFile()
                        + ", and change the PIN");
                assertThat(second.fetcher(inFile.uuid())
                                .pull(MonitoredHost.at(port))
                                .payload())
                        .isEqualTo(MonitoredHost.OUTPUT);

                Files.setPosixFilePermissions(token.pinFile(), PosixFilePermissions.fromString("rw-------"));
                assertServes(onToken, port, "TLSv1.3");
                assertThat(daemon.stderr()).doesNotContain(SoftToken.PIN, "register it again");
            }
        }
    }

    @Test
    void namesAKeyThatItCannotDestroy() throws Exception {
        register("web1").succeeds();
        String name = connection().privateKey().replaceAll(".*object=([^;]*);.*", "$1");
        Files.delete(token.pinFile());

        controller
                .run("delete", "localhost/prod")
                .exits(0)
                .assertStderr()
                .endsWith(" WARN registry: a private key that is not needed any more stays, '"
                        + name + "' on token 'host keys': there is no PIN file " + token.pinFile()
                        + ": write the PIN into it, with mode 0600; delete it with the token's own tools\n");
        assertThat(host.registry().connections()).isEmpty();
        assertThat(token.objects()).isEqualTo(ONE_KEY);
    }

    @Test
    void saysWhatIsWrongInOneLine() throws Exception {
        Files.writeString(token.pinFile(), "falsch\n");
        register("web1")
                .fails("token 'host keys' refuses the PIN in " + token.pinFile()
                        + ": correct that file; this PIN is not tried again, since tokens lock");
        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING)).isEmpty();

        controller.configured("key_storage = \"" + token.uri("&pin-value=geheim4711") + "\"");
        register("web1")
                .fails("file " + controller.home().resolve("cmk-agent-ctl.toml")
                        + ": key_storage: PKCS#11 URI holds the PIN itself, which everyone would read who reads the configuration:"
                        + " put it into a file of mode 0600 and name that, pin-source=file:/…");
    }

    @Test
    void isNotForOtherHosts() throws Exception {
        Transcript printed = run("proxy-register", host.server(), MonitoredHost.SITE, "web1");
        printed.succeeds().assertStdout().contains("-----BEGIN PRIVATE KEY-----");
        assertThat(token.objects()).isZero();

        String onToken = printed.stdout()
                .replaceFirst(
                        "-----BEGIN PRIVATE KEY-----.*-----END PRIVATE KEY-----\\\\n",
                        token.uri().replace("?", ";object=web?"));
        controller
                .runWithInput(onToken, "import")
                .fails("the connection's private key stays on a token of the machine that registered it");
    }

    private Transcript register(String hostName, String... more) throws Exception {
        return run("register", host.server(), MonitoredHost.SITE, hostName, more);
    }

    private Transcript run(String verb, String server, String site, String hostName, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(verb, "--server", server, "--site", site, "--hostname", hostName));
        arguments.addAll(List.of("--user", MonitoredHost.USER, "--password", MonitoredHost.PASSWORD, "--trust-cert"));
        arguments.addAll(List.of(more));
        return controller.run(arguments.toArray(String[]::new));
    }

    private Connection connection() throws Exception {
        return host.registry().find("localhost/prod").orElseThrow();
    }

    private void assertServes(Connection connection, int port, String protocol) throws Exception {
        Eventually.becomes("the connection is served", () -> {
            try {
                return pull(connection, port, protocol).isComplete();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        Pull pull = pull(connection, port, protocol);
        assertThat(pull.payload()).isEqualTo(MonitoredHost.OUTPUT);
        assertThat(pull.tls().orElseThrow().protocol()).isEqualTo(protocol);
    }

    private Pull pull(Connection connection, int port, String protocol) throws Exception {
        return host.site().fetcher(connection.uuid()).speaking(protocol).pull(MonitoredHost.at(port));
    }
}

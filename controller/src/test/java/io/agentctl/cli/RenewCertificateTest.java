package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.KeyType;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Transcript;
import io.agentctl.renewal.EnrolledHost;
import io.agentctl.site.Endpoint;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewals on the command line. */
class RenewCertificateTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private SimulatedSite second;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        second = new SimulatedSite("second", Clock.systemUTC());
    }

    @AfterEach
    void stop() throws IOException {
        second.close();
        host.close();
    }

    @Test
    void renewsTheConnectionOfASite() throws Exception {
        Connection fresh = stored(host.site(), Duration.ofDays(1000));
        Connection other = stored(second, Duration.ofDays(10));

        run("localhost/prod").succeeds().stdoutIs("");

        Connection renewed = host.registry().find("localhost/prod").orElseThrow();
        assertThat(renewed).isNotEqualTo(fresh).isEqualTo(fresh.with(renewed.privateKey(), renewed.certificate()));
        assertThat(keyType(renewed)).contains(KeyType.EC_P256);
        assertThat(host.registry().connections()).containsExactly(renewed, other);
    }

    @Test
    void renewsTheConnectionOfAUuid() throws Exception {
        Connection fresh = stored(host.site(), Duration.ofDays(1000));

        run(fresh.uuid().toString().toUpperCase(Locale.ROOT)).succeeds().stdoutIs("");

        Connection renewed = host.registry().find(fresh.uuid().toString()).orElseThrow();
        assertThat(renewed).isNotEqualTo(fresh).isEqualTo(fresh.with(renewed.privateKey(), renewed.certificate()));
    }

    @Test
    void makesAKeyOfTheTypeThatIsAskedFor() throws Exception {
        stored(host.site(), Duration.ofDays(1000));

        run("localhost/prod", "--key-type", "rsa-2048").succeeds();
        assertThat(keyType(host.registry().connections().get(0))).contains(KeyType.RSA_2048);

        run("localhost/prod").succeeds();
        assertThat(keyType(host.registry().connections().get(0)))
                .as("the type of the present key")
                .contains(KeyType.RSA_2048);

        host.controller().configured("key_type = \"ec-p256\"");
        run("localhost/prod").succeeds();
        assertThat(keyType(host.registry().connections().get(0)))
                .as("the configured type")
                .contains(KeyType.EC_P256);
    }

    @Test
    void renewsAllThatAreDue() throws Exception {
        Connection notDue = stored(host.site(), Duration.ofDays(1000));
        Connection due = stored(second, Duration.ofDays(10));
        Connection imported = stored(imported(host.site()));

        run("--all").succeeds().stdoutIs("");

        assertThat(host.registry().connections())
                .hasSize(3)
                .contains(notDue, imported)
                .doesNotContain(due);
        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void renewsAllThatAreNotDueAsWellWhenForced() throws Exception {
        Connection notDue = stored(host.site(), Duration.ofDays(1000));
        Connection due = stored(second, Duration.ofDays(10));
        Connection imported = stored(imported(host.site()));

        run("--all", "--force").succeeds().stdoutIs("");

        assertThat(host.registry().connections()).hasSize(3).contains(imported).doesNotContain(due, notDue);
    }

    @Test
    void oneThatFailsStopsNoOther() throws Exception {
        Connection failing = stored(host.site(), Duration.ofDays(10));
        Connection due = stored(second, Duration.ofDays(10));
        host.site().roster().forget(failing.uuid());

        run("--all")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": connection localhost/prod: the agent receiver at "
                        + host.site().address() + " refused to renew the certificate of " + failing.uuid()
                        + " (HTTP status 403): Host is not registered.")
                .hasLineCount(1);

        assertThat(host.registry().connections()).hasSize(2).contains(failing).doesNotContain(due);
    }

    @Test
    void knowsNothingOfAnUnknownConnection() throws Exception {
        Connection present = stored(host.site(), Duration.ofDays(10));

        run("localhost/other").fails("there is no connection 'localhost/other': 'status' lists those there are");

        assertThat(host.registry().connections()).containsExactly(present);
    }

    @Test
    void tellsHowToRenewAnImportedConnection() throws Exception {
        Connection imported = stored(imported(host.site()));

        run(imported.uuid().toString())
                .fails("connection " + imported.uuid() + " was imported and cannot renew itself: run proxy-register"
                        + " again, and import what it prints");

        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void tellsHowToRegisterAgainWhenItIsTooLate() throws Exception {
        stored(host.site(), Duration.ofDays(-1));

        run("localhost/prod")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": the certificate of connection localhost/prod expired at ")
                .endsWith("; if this host's clock is right, register again with: register --server " + host.server()
                        + " --site prod --hostname HOST --user USER\n")
                .hasLineCount(1);
    }

    @Test
    void demandsToKnowWhatToRenew() throws Exception {
        stored(host.site(), Duration.ofDays(10));

        run().exits(2).stdoutIs("").assertStderr().contains("CONNECTION").contains("--all");
        run("localhost/prod", "--all").exits(2).stdoutIs("");

        assertThat(host.site().requests(Endpoint.RENEW_CERTIFICATE)).isEmpty();
    }

    @Test
    void makesNoKeyOfAnUnknownType() throws Exception {
        Connection present = stored(host.site(), Duration.ofDays(10));

        run("localhost/prod", "--key-type", "rsa-512")
                .isMisused(
                        "Invalid value for option '--key-type': unknown key type 'rsa-512', known are ec-p256, rsa-2048,"
                                + " rsa-3072, rsa-4096",
                        "renew-certificate");

        assertThat(host.registry().connections()).containsExactly(present);
    }

    private Transcript run(String... arguments) throws IOException, InterruptedException {
        String[] line = new String[arguments.length + 1];
        line[0] = "renew-certificate";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return host.controller().run(line);
    }

    private static Optional<KeyType> keyType(Connection connection) throws Exception {
        return KeyType.of(connection.identity().certificate().getPublicKey());
    }

    private Connection stored(SimulatedSite site, Duration left) throws RegistryException {
        return stored(issued(site, left));
    }

    private Connection stored(Connection connection) throws RegistryException {
        new ConnectionRegistry(host.controller().home()).update(registry -> registry.with(connection));
        return connection;
    }

    private static Connection imported(SimulatedSite site) {
        return EnrolledHost.imported(issued(site, Duration.ofDays(10)));
    }

    /** With a life of five years, the rest of which is still to come. */
    private static Connection issued(SimulatedSite site, Duration left) {
        Instant end = Instant.now().plus(left);
        return EnrolledHost.at(site, end.minus(Duration.ofDays(5 * 365)), end);
    }
}

package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.TestCa;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Transcript;
import io.agentctl.site.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a registration trusts: the password goes to nobody else. */
@TestInstance(Lifecycle.PER_CLASS)
class TrustTest {
    @TempDir
    private static Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeAll
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterAll
    void stop() throws IOException {
        host.close();
    }

    @Test
    void trustsTheRightFingerprintInAnySpelling() throws Exception {
        String fingerprint = host.fingerprint();

        register("--trust-fingerprint", fingerprint).succeeds();
        register("--trust-fingerprint=" + fingerprint.replace(":", "").toLowerCase(Locale.ROOT))
                .succeeds();
        register("--trust-fingerprint", "SHA256 Fingerprint=" + fingerprint).succeeds();
    }

    @Test
    void refusesAnotherFingerprint() throws Exception {
        String other = Fingerprint.of(
                        TestCa.ofSite("prod", Clock.systemUTC()).site("prod").certificate())
                .toString();

        registerInVain("--trust-fingerprint", other)
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": " + host.server() + " is not trusted: ")
                .contains(host.fingerprint())
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12:34", "zz"})
    void refusesWhatIsNoFingerprint(String text) throws Exception {
        registerInVain("--trust-fingerprint=" + text)
                .isMisused(
                        "Invalid value for option '--trust-fingerprint': '" + text
                                + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits",
                        "register");
    }

    @Test
    void trustsOneWayOrTheOther() throws Exception {
        registerInVain("--trust-cert", "--trust-fingerprint", host.fingerprint())
                .isMisused(
                        "--trust-cert, --trust-fingerprint=SHA256 are mutually exclusive (specify only one)",
                        "register");
    }

    @Test
    void hasNobodyToAskAndNamesTheFingerprint() throws Exception {
        registerInVain()
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith("-----BEGIN CERTIFICATE-----\n")
                .contains("Issuer:      Site 'prod' local CA\n")
                .contains("Subject:     prod\n")
                .contains("Fingerprint: SHA-256 " + host.fingerprint() + "\n")
                .endsWith(Controller.name()
                        + ": there is no terminal to ask whether the certificate is trusted: compare its fingerprint"
                        + " with the site's and give --trust-fingerprint " + host.fingerprint()
                        + ", or trust blindly with --trust-cert\n");
    }

    private Transcript register(String... options) throws IOException, InterruptedException {
        String[] arguments = host.registering("web1", "--user", "automation", "--password", MonitoredHost.PASSWORD);
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return controller.run(all);
    }

    private Transcript registerInVain(String... options) throws IOException, InterruptedException {
        int before = host.site().requests(Endpoint.REGISTER_EXISTING).size();
        Transcript transcript = register(options);
        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING))
                .as(transcript::toString)
                .hasSize(before);
        return transcript;
    }
}

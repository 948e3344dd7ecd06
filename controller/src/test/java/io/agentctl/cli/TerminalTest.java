package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.pki.Pem;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.PseudoTerminal;
import io.agentctl.site.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registration by a human at a terminal. */
class TerminalTest {
    private static final String PASSWORD_QUESTION = "Password of user 'automation': ";
    private static final String TRUST_QUESTION = "Is this your site? Type 'yes' to trust it: ";

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(PseudoTerminal.isAvailable(), "python3 (3.9 or later, with pty) is not installed");
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "y", " YES "})
    void asksForThePasswordWithoutEchoAndForTrust(String answer) throws Exception {
        new PseudoTerminal()
                .answers(PASSWORD_QUESTION, MonitoredHost.PASSWORD)
                .answers(TRUST_QUESTION, answer)
                .run(controller, host.registering("web1", "--user", "automation"))
                .succeeds()
                .assertStdout()
                .doesNotContain(MonitoredHost.PASSWORD)
                .contains(Pem.of(host.site().certificate().certificate()).strip())
                .contains("Issuer:      Site 'prod' local CA\n")
                .contains("Subject:     prod\n")
                .contains("Fingerprint: SHA-256 " + host.fingerprint() + "\n")
                .contains(TRUST_QUESTION + answer)
                .endsWith("Registration complete.\n");

        assertThat(host.registry().connections()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "", "yesterday"})
    void sendsNoPasswordToWhoeverIsNotTrusted(String answer) throws Exception {
        new PseudoTerminal()
                .answers(PASSWORD_QUESTION, MonitoredHost.PASSWORD)
                .answers(TRUST_QUESTION, answer)
                .run(controller, host.registering("web1", "--user", "automation"))
                .exits(1)
                .assertStdout()
                .endsWith(Controller.name() + ": the certificate was not trusted: nothing was registered\n");

        assertThat(host.site().requests(Endpoint.REGISTER_EXISTING)).isEmpty();
        assertThat(controller.registryFile()).doesNotExist();
    }

    @Test
    void asksNothingThatTheOptionsSay() throws Exception {
        new PseudoTerminal()
                .run(
                        controller,
                        host.registering(
                                "web1", "--ott", MonitoredHost.TOKEN, "--trust-fingerprint", host.fingerprint()))
                .succeeds()
                .stdoutIs("Registration complete.\n");
    }

    /** An empty line at the prompt. */
    @Test
    void takesNoEmptyPassword() throws Exception {
        new PseudoTerminal()
                .answers(PASSWORD_QUESTION, "")
                .run(controller, host.registering("web1", "--user", "automation", "--trust-cert"))
                .exits(1)
                .assertStdout()
                .endsWith(Controller.name() + ": the password of user 'automation' is empty\n");
    }
}

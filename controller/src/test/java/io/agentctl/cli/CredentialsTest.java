package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a password may come from, and what is said where it does not come. */
@TestInstance(Lifecycle.PER_CLASS)
class CredentialsTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\nsecond line\n"})
    void readsThePasswordFromTheFirstLineOfAFile(String end) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), MonitoredHost.PASSWORD + end);

        registerWith("--password-file", file.toString()).succeeds();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void readsThePasswordFromStandardInput(String end) throws Exception {
        controller
                .runWithInput(
                        MonitoredHost.PASSWORD + end,
                        host.registering("web1", "--user", "automation", "--trust-cert", "--password-stdin"))
                .succeeds();
    }

    @Test
    void missesAPasswordFile() throws Exception {
        registerInVainWith("--password-file", folder.resolve("nothing").toString())
                .fails("cannot read the password from " + folder.resolve("nothing") + ": no such file");
    }

    @Test
    void cannotReadAFolder() throws Exception {
        registerInVainWith("--password-file", folder.toString())
                .fails("cannot read the password from " + folder + ": permission denied, or not a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void takesNoEmptyPasswordFromAFile(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("empty"), text);

        registerInVainWith("--password-file", file.toString()).fails("the password of user 'automation' is empty");
    }

    @Test
    void takesNoEmptyPassword() throws Exception {
        registerInVainWith("--password=").fails("the password of user 'automation' is empty");
    }

    @Test
    void takesNoEmptyStandardInputForAPassword() throws Exception {
        registerInVainWith("--password-stdin").fails("the password of user 'automation' is empty");
    }

    @Test
    void takesNoHugePassword() throws Exception {
        Path file = Files.writeString(folder.resolve("huge"), "x".repeat(10_000_000));

        registerInVainWith("--password-file", file.toString())
                .fails("the first line of " + file + " is longer than 4096 bytes and is no password");
    }

    @Test
    void hasNobodyToAsk() throws Exception {
        registerInVainWith()
                .fails("there is no terminal to ask for the password: give --password-file or --password-stdin");
    }

    @Test
    void needsAUser() throws Exception {
        controller
                .run(host.registering("web1", "--password", MonitoredHost.PASSWORD, "--trust-cert"))
                .fails("give the user who may register hosts with --user, or a token with --ott");
    }

    @Test
    void refusesAUserWithAColon() throws Exception {
        controller
                .run(host.registering("web1", "--user", "a:b", "--password", MonitoredHost.PASSWORD, "--trust-cert"))
                .fails("'a:b' is not a user name: it contains a colon");
    }

    @Test
    void refusesTwoSecrets() throws Exception {
        registerInVainWith("--password", MonitoredHost.PASSWORD, "--password-stdin")
                .isMisused(
                        "--password=PASSWORD, --password-stdin are mutually exclusive (specify only one)", "register");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\nX-Header: b", "ü"})
    void refusesATokenThatNoHeaderCanHold(String token) throws Exception {
        int before = host.site().requests().size();

        controller
                .run(host.registering("web1", "--ott=" + token, "--trust-cert"))
                .fails("the one-time token has characters that no token has");

        assertThat(host.site().requests()).hasSize(before);
    }

    private Transcript registerWith(String... options) throws IOException, InterruptedException {
        String[] arguments = host.registering("web1", "--user", "automation", "--trust-cert");
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return controller.run(all);
    }

    private Transcript registerInVainWith(String... options) throws IOException, InterruptedException {
        int before = host.site().requests().size();
        Transcript transcript = registerWith(options);
        assertThat(host.site().requests()).as(transcript::toString).hasSize(before);
        return transcript;
    }
}

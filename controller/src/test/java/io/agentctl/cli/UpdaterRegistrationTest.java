package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The setting that registers the agent updater without being asked on the command line. */
class UpdaterRegistrationTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Path log;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        // Of the host that runs the tests, no programs: it may have an updater.
        Path programs = Files.createDirectory(folder.resolve("bin"));
        log = folder.resolve("log");
        Path updater = Files.writeString(programs.resolve("cmk-update-agent"), "#!/bin/sh\necho \"$1 $7\" >>" + log);
        Files.setPosixFilePermissions(updater, PosixFilePermissions.fromString("rwxr-xr-x"));
        controller = host.controller().withProgramsOf(programs);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void doesNotByDefault() throws Exception {
        register().succeeds();

        assertThat(log).doesNotExist();
    }

    @Test
    void doesNotIfThatIsLeftToTheOperator() throws Exception {
        controller.configured("updater_registration = \"manual\"");

        register().succeeds();

        assertThat(log).doesNotExist();
    }

    @Test
    void registersAnew() throws Exception {
        controller.configured("updater_registration = \"overwrite\"");

        register().succeeds().stdoutIs("Registration complete.\n");

        assertThat(log).hasContent("register web1\n");
    }

    @Test
    void registersWhatIsNotRegistered() throws Exception {
        Assumptions.assumeFalse(
                Files.exists(Path.of("/etc/cmk-update-agent.state")), "this host has a registered updater");
        controller.configured("updater_registration = \"keep\"");

        register().succeeds();

        assertThat(log).hasContent("register web1\n");
    }

    @Test
    void leavesImportsAlone() throws Exception {
        controller.configured("updater_registration = \"overwrite\"");
        String[] arguments = host.registering(
                "web1", "--user", MonitoredHost.USER, "--password", MonitoredHost.PASSWORD, "--trust-cert");
        arguments[0] = "proxy-register";

        controller.run(arguments).succeeds();

        assertThat(log).doesNotExist();
    }

    @Test
    void cannotNameAHostThatTheSiteHasNamed() throws Exception {
        controller
                .run(host.registeringNew("--automatic-updates"))
                .exits(0)
                .stdoutIs("Registration complete.\n")
                .assertStderr()
                .endsWith(" WARN registration: the agent updater needs the host's name, a user and a password for its"
                        + " registration: run 'cmk-update-agent register'\n")
                .hasLineCount(1);

        assertThat(log).doesNotExist();
        assertThat(host.registry().connections()).hasSize(1);
    }

    @Test
    void isOneOfThreeWords() throws Exception {
        controller.configured("updater_registration = \"always\"");

        register()
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .contains("updater_registration: 'always' must be \"manual\", \"keep\" or \"overwrite\"")
                .hasLineCount(1);

        assertThat(host.site().requests()).isEmpty();
    }

    private Transcript register() throws IOException, InterruptedException {
        return controller.run(host.registering(
                "web1", "--user", MonitoredHost.USER, "--password", MonitoredHost.PASSWORD, "--trust-cert"));
    }
}

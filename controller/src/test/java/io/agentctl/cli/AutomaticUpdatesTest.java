package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent updater, which is registered on the side. */
class AutomaticUpdatesTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        // Of the host that runs the tests, no programs: it may have an updater.
        controller = host.controller()
                .with("PATH", Files.createDirectory(folder.resolve("bin")).toString());
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void handsOverThePasswordInAFileOfItsOwn() throws Exception {
        Path log = folder.resolve("log");
        updater("""
                for argument; do echo "$argument"; last=$argument; done >%1$s
                /bin/ls -l "$last" >>%1$s
                /bin/cat "$last" >>%1$s
                echo noise
                """.formatted(log));

        controller
                .run(host.registering(
                        "web1",
                        "--user",
                        "automation",
                        "--password",
                        MonitoredHost.PASSWORD,
                        "--trust-cert",
                        "--automatic-updates"))
                .succeeds()
                .stdoutIs("Registration complete.\n");

        List<String> lines = Files.readAllLines(log);
        assertThat(lines)
                .startsWith(
                        "register",
                        "--server",
                        "localhost",
                        "--site",
                        "prod",
                        "--hostname",
                        "web1",
                        "--user",
                        "automation",
                        "--password-file");
        assertThat(lines.get(11)).startsWith("-rw------- ");
        assertThat(lines.get(12)).isEqualTo(MonitoredHost.PASSWORD);
        assertThat(Path.of(lines.get(10))).doesNotExist();
    }

    @Test
    void standsWhereTheUpdaterFails() throws Exception {
        Path program = updater("echo 'updater: no licence' >&2\nexit 7");

        controller
                .run(host.registering(
                        "web1",
                        "--user",
                        "automation",
                        "--password",
                        MonitoredHost.PASSWORD,
                        "--trust-cert",
                        "--automatic-updates"))
                .exits(0)
                .stdoutIs("Registration complete.\n")
                .assertStderr()
                .startsWith("updater: no licence\n")
                .endsWith(" WARN registration: " + program + " register ended with exit status 7: run it by hand\n")
                .hasLineCount(2);

        assertThat(host.registry().connections()).hasSize(1);
    }

    @Test
    void warnsWhereThereIsNoUpdater() throws Exception {
        controller
                .run(host.registering(
                        "web1",
                        "--user",
                        "automation",
                        "--password",
                        MonitoredHost.PASSWORD,
                        "--trust-cert",
                        "--automatic-updates"))
                .exits(0)
                .stdoutIs("Registration complete.\n")
                .assertStderr()
                .endsWith(" WARN registration: automatic updates were asked for, but cmk-update-agent is not installed:"
                        + " install it, then run 'cmk-update-agent register'\n")
                .hasLineCount(1);

        assertThat(host.registry().connections()).hasSize(1);
    }

    @Test
    void warnsThatATokenIsNotEnough() throws Exception {
        Path log = folder.resolve("log");
        updater("echo called >" + log);

        controller
                .run(host.registering("web1", "--ott", MonitoredHost.TOKEN, "--trust-cert", "--automatic-updates"))
                .exits(0)
                .assertStderr()
                .endsWith(" WARN registration: the agent updater needs the host's name, a user and a"
                        + " password for its registration: run 'cmk-update-agent register'\n")
                .hasLineCount(1);

        assertThat(log).doesNotExist();
    }

    private Path updater(String script) throws IOException {
        Path program = folder.resolve("bin").resolve("cmk-update-agent");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Private keys are for their owner alone, from the first byte; where they are not, commands and daemon say so or refuse. */
@EnabledOnOs({OS.LINUX, OS.MAC, OS.FREEBSD})
class PermissionsTest {
    private static final Pattern CREATION =
            Pattern.compile("(?:open|openat|creat)\\(.*\"([^\"]*)\".*O_CREAT.*, (0[0-7]*)(?:\\)\\s+= | <unfinished).*");

    @TempDir
    private Path folder;

    private MonitoredHost host;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void makesFilesForTheOwnerAloneWhateverTheUmask() throws Exception {
        register(List.of("sh", "-c", "umask 0; exec \"$@\"", "sh")).succeeds();

        try (Stream<Path> files = Files.list(host.controller().home()).filter(Files::isRegularFile)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------"));
        }
    }

    /** A mode that is narrowed later leaves a moment in which another may open the file. */
    @Test
    void makesThemSoFromTheFirstByte() throws Exception {
        Assumptions.assumeTrue(canTrace(), "strace is not installed, or not allowed here");
        Path trace = folder.resolve("trace");

        register(List.of(
                        "sh",
                        "-c",
                        "umask 0; exec strace -f -qq -e trace=open,openat,creat -o \"$0\" \"$@\"",
                        trace.toString()))
                .exits(0);

        List<List<String>> creations;
        try (Stream<String> lines = Files.lines(trace)) {
            creations = lines.map(CREATION::matcher)
                    .filter(Matcher::find)
                    .map(match -> List.of(match.group(1), match.group(2)))
                    .filter(creation ->
                            creation.get(0).startsWith(host.controller().home().toString()))
                    .toList();
        }
        assertThat(creations)
                .anySatisfy(creation -> assertThat(creation.get(0)).contains("registered_connections.json"))
                .allSatisfy(creation -> assertThat(creation.get(1)).isEqualTo("0600"));
    }

    @Test
    void changingVerbsWarnAndGoOn() throws Exception {
        chmod(host.controller().home(), "rwxr-xr-x");

        host.register()
                .exits(0)
                .stdoutIs("Registration complete.\n")
                .assertStderr()
                .endsWith(" WARN registry: the home directory "
                        + host.controller().home()
                        + " has mode 0755: everyone can read it; run: chmod 0700 "
                        + host.controller().home() + "\n");
        for (String command : List.of("renew-certificate --all", "import", "delete localhost/prod", "delete-all")) {
            assertThat(host.controller().run(command.split(" ", -1)).stderr())
                    .as(command)
                    .contains("has mode 0755");
        }
    }

    @Test
    void verbsThatChangeNothingSayNothing() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        chmod(host.controller().home(), "rwxrwxrwx");
        chmod(host.controller().registryFile(), "rw-rw-rw-");

        host.controller().run("status", "--json", "--no-query-remote").succeeds();
        host.controller().run("dump").succeeds();
    }

    @Test
    void changingVerbsRefuseWhereThatIsConfigured() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        chmod(host.controller().registryFile(), "rw-r-----");
        String refusal = host.controller().registryFile()
                + " has mode 0640: its group can read it, private keys included; run: chmod 0600 "
                + host.controller().registryFile()
                + ", then renew what others may have read: renew-certificate --all --force; strict_permissions is set";

        host.controller()
                .with("AGENT_CTL_STRICT_PERMISSIONS", "true")
                .run("delete", "localhost/prod")
                .fails(refusal);
        Controller strict = host.controller().configured("strict_permissions = true");
        strict.run("delete-all").fails(refusal);
        strict.run("daemon").fails(refusal);
        strict.run("pull").fails(refusal);
        assertThat(host.registry().connections()).hasSize(1);

        strict.with("AGENT_CTL_STRICT_PERMISSIONS", "false").run("delete-all").exits(0);
    }

    @Test
    void theDaemonWarnsOncePerChange() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        chmod(host.controller().registryFile(), "rw-r--r--");
        try (RunningController daemon = host.controller().start("-v", "daemon", "--port", "0")) {
            daemon.awaitPort();
            assertThat(daemon.countOnStderr("has mode 0644")).isEqualTo(1);

            chmod(host.controller().registryFile(), "rw----r--");
            daemon.awaitOnStderr("has mode 0604: everyone can read it");
            // Replaced as a whole, it is as it should be.
            host.enroll("web2", ConnectionMode.PULL);
            chmod(host.controller().home(), "rwxrwx---");
            host.enroll("web1", ConnectionMode.PULL);
            daemon.awaitOnStderr("has mode 0770: its group can read and change it");

            assertThat(daemon.countOnStderr("has mode 0644")).isEqualTo(1);
            assertThat(daemon.countOnStderr("has mode 0604")).isEqualTo(1);
        }
    }

    @Test
    void aStrictDaemonServesNobodyUntilItIsMended() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        try (RunningController daemon =
                host.controller().start("-v", "daemon", "--port", "0", "--strict-permissions")) {
            int port = daemon.awaitPort();
            assertThat(Puller.announcement(port)).isEqualTo("16");

            chmod(host.controller().registryFile(), "rw----r--");
            daemon.awaitOnStderr("has mode 0604: everyone can read it");
            daemon.awaitOnStderr("no longer listening");
            assertThat(Puller.announcement(port)).isEqualTo("refused");

            chmod(host.controller().registryFile(), "rw-------");
            daemon.awaitOnStderr(
                    Pattern.compile("no longer listening(?s:.*)listening on \\S+:\\d+$", Pattern.MULTILINE),
                    Duration.ofSeconds(60));
            daemon.awaitOnStderr("INFO daemon: over: ");
            // Said when it came and when it was over.
            assertThat(daemon.countOnStderr("has mode 0604")).isEqualTo(2);
        }
    }

    private Transcript register(List<String> wrapper) throws Exception {
        try (RunningController running = host.controller()
                .start(
                        wrapper,
                        host.registering(
                                "web1",
                                "--user",
                                MonitoredHost.USER,
                                "--password",
                                MonitoredHost.PASSWORD,
                                "--trust-cert"))) {
            return running.awaitEnd();
        }
    }

    private static boolean canTrace() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true").start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}

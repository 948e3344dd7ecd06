package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.SmallDisk;
import io.agentctl.process.Strace;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands whose home is on a disk that is full, read-only or out of order: one line says why, and nothing is changed or asked. */
class SickDiskTest {
    @TempDir
    private Path folder;

    private SmallDisk disk;
    private MonitoredHost host;

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void aFullDiskIsReadAndNotWritten() throws Exception {
        Connection connection = onASmallDisk();
        disk.fill();

        readingCommandsWork(connection);
        changingCommandsFail("cannot write " + host.controller().registryFile()
                + ": No space left on device; free some space there, then try again");

        disk.empty();
        changingCommandsWork();
    }

    @Test
    void aReadOnlyDiskIsReadAndNotWritten() throws Exception {
        Connection connection = onASmallDisk();
        disk.makeReadOnly();

        readingCommandsWork(connection);
        changingCommandsFail("cannot lock " + host.controller().home().resolve(".registered_connections.lock")
                + ": Read-only file system; have it mounted for writing, then try again");

        disk.makeWritable();
        changingCommandsWork();
    }

    static Stream<Arguments> refusals() {
        String user = System.getProperty("user.name");
        return Stream.of(
                Arguments.of(
                        "fsync",
                        "EDQUOT",
                        "",
                        "cannot write REGISTRY: Disk quota exceeded; free some space there or raise the quota of user '"
                                + user + "', then try again"),
                Arguments.of(
                        "fsync",
                        "EIO",
                        "",
                        "cannot write REGISTRY: Input/output error; the disk fails: the kernel's log says more"),
                Arguments.of(
                        "rename",
                        "EIO",
                        "",
                        "cannot write REGISTRY: Input/output error; the disk fails: the kernel's log says more"),
                Arguments.of(
                        "read",
                        "EIO",
                        "REGISTRY",
                        "cannot read REGISTRY: Input/output error; the disk fails: the kernel's log says more"),
                Arguments.of(
                        "fcntl",
                        "ENOLCK",
                        "LOCK",
                        "cannot lock LOCK: No locks available; without locks, programs would undo each other's changes:"
                                + " have the file server offer them, or keep the home directory on a local file system"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refusals")
    void whatTheKernelRefusesIsSaid(String call, String error, String file, String message) throws Exception {
        Strace.assumeWorks();
        host = new MonitoredHost(folder);
        Controller controller = host.controller();
        host.enroll("web1", ConnectionMode.PULL);
        byte[] before = Files.readAllBytes(controller.registryFile());
        Strace strace = Strace.refusing(call, error, folder.resolve("trace"));

        Transcript end = (file.isEmpty() ? strace : strace.on(Path.of(named(file))))
                .run(controller, "renew-certificate", "localhost/prod");

        end.fails(named(message));
        assertThat(controller.registryFile()).hasBinaryContent(before);
        assertThat(temporaryFiles()).isEmpty();
        controller.run("renew-certificate", "localhost/prod").succeeds();
        assertThat(Files.readAllBytes(controller.registryFile())).isNotEqualTo(before);
    }

    private Connection onASmallDisk() throws Exception {
        disk = SmallDisk.mountedAt(Files.createDirectory(folder.resolve("home")), folder);
        host = new MonitoredHost(folder);
        return host.enroll("web1", ConnectionMode.PULL);
    }

    private void readingCommandsWork(Connection connection) throws Exception {
        Controller controller = host.controller();
        controller
                .run("status")
                .succeeds()
                .assertStdout()
                .contains(connection.uuid().toString(), "Hostname: web1");
        controller.run("dump").succeeds().stdoutIs(MonitoredHost.OUTPUT);
        try (RunningController pulling = controller.start("-v", "pull", "--port", "0")) {
            int port = pulling.awaitPort();
            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
            pulling.terminate().awaitEnd().exits(0);
        }
    }

    private void changingCommandsFail(String message) throws Exception {
        byte[] before = Files.readAllBytes(host.controller().registryFile());
        int asked = host.site().requests().size();

        host.register().fails(message);
        host.controller().run("renew-certificate", "localhost/prod").fails(message);
        host.controller().run("delete", "localhost/prod").fails(message);
        host.controller().run("delete-all").fails(message);

        assertThat(host.site().requests()).hasSize(asked);
        assertThat(host.controller().registryFile()).hasBinaryContent(before);
        assertThat(temporaryFiles()).isEmpty();
    }

    private void changingCommandsWork() throws Exception {
        host.controller().run("renew-certificate", "localhost/prod").succeeds();
        host.controller().run("delete", "localhost/prod").succeeds();
        assertThat(host.registry().isEmpty()).isTrue();
    }

    private String named(String text) {
        return text.replace("REGISTRY", host.controller().registryFile().toString())
                .replace(
                        "LOCK",
                        host.controller()
                                .home()
                                .resolve(".registered_connections.lock")
                                .toString());
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(host.controller().home())) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }
}

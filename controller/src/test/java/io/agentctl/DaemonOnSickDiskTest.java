package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.SmallDisk;
import io.agentctl.process.Strace;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon whose disk fails goes on from memory, says so once, and follows the registry again when the disk is well. */
class DaemonOnSickDiskTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path home;
    private SimulatedSite site;
    private Controller controller;
    private SmallDisk disk;
    private RunningController daemon;
    private int port;

    @BeforeEach
    void start() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        site = new SimulatedSite("prod", Clock.systemUTC());
        controller = Controller.at(home);
    }

    @AfterEach
    void stop() throws IOException {
        if (daemon != null) {
            daemon.close();
        }
        site.close();
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void servesFromAFullDiskAndFromAReadOnlyOne() throws Exception {
        disk = SmallDisk.mountedAt(home, folder);
        Connection first = enroll();
        disk.fill();
        startDaemon();
        assertServes(first);

        disk.empty();
        Connection second = enroll();
        becomesServed(second);
        disk.makeReadOnly();
        assertServes(second);

        disk.makeWritable();
        becomesServed(enroll());
        assertThat(daemon.countOnStderr("ERROR")).isZero();
    }

    @Test
    void startsOnAReadOnlyDisk() throws Exception {
        disk = SmallDisk.mountedAt(home, folder);
        Connection connection = enroll();
        disk.makeReadOnly();

        startDaemon();

        assertServes(connection);
    }

    @Test
    void servesOnWhenItsHomeIsGone() throws Exception {
        disk = SmallDisk.mountedAt(home, folder);
        Connection first = enroll();
        startDaemon();
        Eventually.becomes("its live state can be had", () -> Files.exists(home.resolve("agent-ctl.socket")));

        disk.takeAway();
        String complaint = "ERROR daemon: cannot read " + controller.registryFile()
                + ": the home directory it was in is gone; mount its file system, or register anew; what was read last stays in force";
        daemon.awaitOnStderr(complaint);
        assertServes(first);
        assertThat(home).isEmptyDirectory();

        disk.bringBack();
        daemon.awaitOnStderr("INFO daemon: over: cannot read ");
        becomesServed(enroll());
        assertThat(daemon.countOnStderr(complaint)).isEqualTo(1);
        assertThat(daemon.countOnStderr("no longer listening")).isZero();
    }

    /** The disk that refused the reading leaves no trace of that in the file: nothing there changes when it is well. */
    @Test
    void readsAgainWhatItCouldNotRead() throws Exception {
        Strace.assumeWorks();
        Connection first = enroll();
        startDaemon();
        AtomicReference<Connection> changed = new AtomicReference<>();
        String complaint = "ERROR daemon: cannot read " + controller.registryFile()
                + ": Input/output error; the disk fails: the kernel's log says more; what was read last stays in force";

        Strace.refusing("read", "EIO", folder.resolve("trace"))
                .on(controller.registryFile())
                .whileTracing(daemon.pid(), () -> {
                    changed.set(enroll());
                    daemon.awaitOnStderr(complaint);
                    assertServes(first);
                });

        becomesServed(changed.get());
        daemon.awaitOnStderr("INFO daemon: over: cannot read ");
        assertThat(daemon.countOnStderr(complaint)).isEqualTo(1);
    }

    private Connection enroll() throws IOException {
        Connection connection = site.enroll("web1", ConnectionMode.PULL);
        new ConnectionRegistry(home).update(registry -> registry.with(connection));
        return connection;
    }

    private void startDaemon() throws Exception {
        daemon = controller.start("-v", "daemon", "--port", "0", "--agent", "exec:echo '<<<check_mk>>>'");
        port = daemon.awaitPort();
    }

    private void becomesServed(Connection connection) throws InterruptedException {
        Eventually.becomes(SOON, connection.uuid() + " is served", () -> isServed(connection));
    }

    private void assertServes(Connection connection) {
        assertThat(isServed(connection)).isTrue();
    }

    private boolean isServed(Connection connection) {
        try {
            return site.fetcher(connection.uuid())
                    .pull(MonitoredHost.at(port))
                    .payload()
                    .equals("<<<check_mk>>>\n");
        } catch (IOException e) {
            throw new AssertionError("the port is closed", e);
        }
    }
}

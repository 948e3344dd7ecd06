package io.agentctl.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Puller;
import io.agentctl.process.RunningController;
import io.agentctl.process.Strace;
import io.agentctl.process.Transcript;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the real process, before each system call of a renewal that changes files. */
class KilledRenewalTest {
    /** Killed before a call, a process leaves what the call before has made: so what creates a file need not be among them. */
    private static final List<String> CHANGING = List.of(
            "write",
            "pwrite64",
            "writev",
            "fsync",
            "fdatasync",
            "ftruncate",
            "rename",
            "renameat",
            "renameat2",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
            "chmod",
            "fchmod",
            "fchmodat",
            "link",
            "linkat",
            "symlink",
            "symlinkat");

    private static final int KILLED = 128 + 9;

    @TempDir
    private Path folder;

    private MonitoredHost host;

    @BeforeEach
    void start() throws Exception {
        Strace.assumeWorks();
        host = new MonitoredHost(folder);
    }

    @AfterEach
    void stop() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    /** Some thirty processes, one after the other. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void leavesTheOldPairOrTheNewOne() throws Exception {
        Strace watching = Strace.watching(CHANGING, folder.resolve("trace"));
        host.enroll("web1", ConnectionMode.PULL);
        renew(watching).succeeds();
        Map<String, Integer> calls = watching.calls();
        Map<String, Integer> killed = new TreeMap<>();
        boolean diedAfterTheAnswer = false;
        for (String call : calls.keySet()) {
            for (int number = 1; ; number++) {
                Connection old = host.enroll("web1", ConnectionMode.PULL);
                int asked = host.site().requests(Endpoint.RENEW_CERTIFICATE).size();

                Transcript end = renew(Strace.killingBefore(call, number, folder.resolve("trace")));

                if (end.exitStatus() != KILLED) {
                    end.succeeds();
                    assertThat(present()).isNotEqualTo(old);
                    break;
                }
                killed.put(call, number);
                Connection left = present();
                diedAfterTheAnswer |= left.equals(old)
                        && host.site().requests(Endpoint.RENEW_CERTIFICATE).size() > asked;
                assertThat(left.with(old.privateKey(), old.certificate()))
                        .as("killed before %s %s", call, number)
                        .isEqualTo(old);
                assertIsUsable(left);
                assertNextRenewalWorks(left);
            }
        }

        assertThat(killed).containsKeys("write", "fsync", "rename");
        assertThat(diedAfterTheAnswer)
                .as("killed between the site's answer and its storing")
                .isTrue();
    }

    /** The case that matters most, with all that follows: the site has signed what this host will never have. */
    @Test
    void betweenTheSitesAnswerAndTheRenamingTheOldPairServesOn() throws Exception {
        Connection old = host.enroll("web1", ConnectionMode.PULL);

        renew(Strace.killingBefore("rename", 1, folder.resolve("trace"))).exits(KILLED);

        assertThat(host.site().requests(Endpoint.RENEW_CERTIFICATE)).hasSize(1);
        assertThat(present()).isEqualTo(old);
        try (RunningController daemon = host.controller().start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(host.site()
                            .fetcher(old.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
            host.controller().run("renew-certificate", "localhost/prod").succeeds();
            assertThat(present()).isNotEqualTo(old);
            assertThat(Puller.announcement(port)).isEqualTo("16");
            assertThat(host.site()
                            .fetcher(old.uuid())
                            .pull(MonitoredHost.at(port))
                            .payload())
                    .isEqualTo(MonitoredHost.OUTPUT);
            daemon.terminate().awaitEnd().exits(0);
        }
    }

    private Transcript renew(Strace strace) throws Exception {
        return strace.run(host.controller(), "renew-certificate", "localhost/prod", "--force");
    }

    private Connection present() throws Exception {
        return host.registry().find("localhost/prod").orElseThrow();
    }

    private void assertIsUsable(Connection connection) throws Exception {
        assertThat(connection.identity().certificate().getNotAfter()).isInTheFuture();
        assertThat(sites().receiverOf(connection).registrationStatus(connection.uuid()))
                .isInstanceOf(RegistrationStatus.Registered.class);
    }

    private void assertNextRenewalWorks(Connection connection) throws Exception {
        Connection renewed = new Renewal(
                        new ConnectionRegistry(host.controller().home()), sites(), Optional.empty(), Clock.systemUTC())
                .renew(connection);
        assertThat(host.registry().connections()).containsExactly(renewed);
        try (Stream<Path> files = Files.list(host.controller().home())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("registered_connections.json", ".registered_connections.lock", "run");
        }
    }

    private static HttpSites sites() {
        return new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, Clock.systemUTC());
    }
}

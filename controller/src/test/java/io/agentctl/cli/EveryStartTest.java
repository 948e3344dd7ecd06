package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What chance, the place and the moment decide is decided at every start: never while the controller was built. */
class EveryStartTest {
    @TempDir
    private Path folder;

    @Test
    void drawsLotsAnew() throws Exception {
        Connection one = registered("one");
        Connection other = registered("other");

        assertThat(one.uuid()).isNotEqualTo(other.uuid());
        assertThat(one.privateKey()).isNotEqualTo(other.privateKey());
        assertThat(one.certificate()).isNotEqualTo(other.certificate());
    }

    /** All times are of UTC, so that the zone makes no difference. */
    @Test
    void tellsTheSameTimeInEveryZone() throws Exception {
        try (MonitoredHost host = new MonitoredHost(folder)) {
            host.enroll("web1", ConnectionMode.PULL);
            String here = status(host.controller());

            assertThat(here).contains("Certificate validity: ");
            assertThat(status(host.controller().with("TZ", "Pacific/Kiritimati")))
                    .isEqualTo(here);
            assertThat(status(host.controller().with("TZ", ":/usr/share/zoneinfo/Pacific/Niue")))
                    .isEqualTo(here);
        }
    }

    /** A host is named when it is asked, which may have been built elsewhere, and renamed since. */
    @Test
    void asksTheHostForItsName() throws Exception {
        List<String> renaming = List.of(
                "unshare", "--uts", "sh", "-c", "echo born-later >/proc/sys/kernel/hostname; exec \"$@\"", "sh");
        assumeTrue(worksHere(renaming), "not allowed to give a process a host name of its own");
        try (MonitoredHost host = new MonitoredHost(folder)) {
            host.site().roster().anyHost(ConnectionMode.PULL);
            try (RunningController registering = host.controller().start(renaming, host.registeringNew())) {
                registering.awaitEnd().succeeds();
            }

            Connection connection = host.registry().find("localhost/prod").orElseThrow();
            assertThat(host.site()
                            .roster()
                            .request(connection.uuid())
                            .orElseThrow()
                            .labels())
                    .containsEntry("cmk/hostname-simple", "born-later");
        }
    }

    private Connection registered(String name) throws Exception {
        try (MonitoredHost host = new MonitoredHost(Files.createDirectory(folder.resolve(name)))) {
            host.register().succeeds();
            return host.registry().find("localhost/prod").orElseThrow();
        }
    }

    private static String status(Controller controller) throws Exception {
        return controller.run("status", "--no-query-remote").succeeds().stdout();
    }

    private static boolean worksHere(List<String> wrapper) throws Exception {
        List<String> line = new ArrayList<>(wrapper);
        line.add("true");
        try {
            return new ProcessBuilder(line).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}

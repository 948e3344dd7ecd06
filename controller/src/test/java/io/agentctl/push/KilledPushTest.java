package io.agentctl.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.process.UnixAgent.Behaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a push whose output is too large for memory. */
class KilledPushTest {
    @TempDir
    private Path folder;

    @Test
    void leavesNothing() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc to see open files in");
        try (MonitoredHost host = new MonitoredHost(folder)) {
            host.enroll("web2", ConnectionMode.PUSH);
            StringBuilder noise = new StringBuilder();
            new Random(4711).ints(4_000_000, ' ', '~').forEach(character -> noise.append((char) character));
            host.agent().becomes(Behaviour.stallsAfter(noise.toString()));
            Path home = host.controller().home();
            try (RunningController push = host.controller().start("push")) {
                Eventually.becomes(
                        "the output is in a file without a name", () -> hasOpen(push.pid(), home.resolve(".push-")));

                push.kill().awaitEnd();
            }

            try (Stream<Path> files = Files.list(home)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "registered_connections.json", ".registered_connections.lock", "run");
            }
        }
    }

    private static boolean hasOpen(long pid, Path prefix) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            return descriptors
                    .map(KilledPushTest::target)
                    .anyMatch(target -> target.startsWith(prefix.toString()) && target.endsWith(" (deleted)"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }
}

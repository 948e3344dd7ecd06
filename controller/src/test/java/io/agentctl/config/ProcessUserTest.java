package io.agentctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root is known by number, and by name where there is no number. */
class ProcessUserTest {
    @TempDir
    private Path proc;

    @Test
    void theEffectiveUserCounts() throws IOException {
        assertThat(running("Name:\tjava\nUid:\t1000\t0\t0\t0\nGid:\t0\t0\t0\t0\n", "somebody"))
                .isTrue();
        assertThat(running("Name:\tjava\nUid:\t0\t1000\t0\t1000\nGid:\t0\t0\t0\t0\n", "root"))
                .isFalse();
    }

    @Test
    void theNameCountsWhereThereIsNoNumber() throws IOException {
        assertThat(new ProcessUser(proc, "root", Platform.POSIX).isRoot()).isTrue();
        assertThat(new ProcessUser(proc, "cmk-agent", Platform.POSIX).isRoot()).isFalse();
        assertThat(running("Name:\tjava\n", "root")).isTrue();
        assertThat(running("Uid:\n", "cmk-agent")).isFalse();
    }

    /** Nor do the names of users there mean what they mean elsewhere, as in Wine, which takes them from its host. */
    @Test
    void windowsHasNoRoot() {
        assertThat(new ProcessUser(proc, "root", Platform.WINDOWS).isRoot()).isFalse();
    }

    private boolean running(String status, String name) throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve(Path.of("self", "status")), status);
        return new ProcessUser(proc, name, Platform.POSIX).isRoot();
    }
}

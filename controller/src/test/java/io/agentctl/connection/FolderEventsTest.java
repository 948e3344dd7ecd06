package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system tells of a folder; a wait that is not ended by an event lasts longer than the test may. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FolderEventsTest {
    private static final Duration FOR_EVER = Duration.ofHours(1);

    @TempDir
    private Path parent;

    private Path folder;
    private FolderEvents events;

    @BeforeEach
    void begin() throws IOException {
        folder = Files.createDirectory(parent.resolve("home"));
        events = FolderEvents.of(folder).orElseThrow();
    }

    @AfterEach
    void end() {
        events.close();
    }

    @Test
    void theFirstWaitEndsAtOnceSinceSomethingMayHaveBeenMissed() throws Exception {
        assertThat(events.await(FOR_EVER)).isTrue();
    }

    @Test
    void aFileThatComesOrGoesOrChangesEndsAWait() throws Exception {
        events.await(FOR_EVER);
        Path file = folder.resolve("file");

        Files.writeString(file, "one");
        assertThat(events.await(FOR_EVER)).isTrue();
        Files.writeString(file, "two");
        assertThat(events.await(FOR_EVER)).isTrue();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(events.await(FOR_EVER)).isTrue();
        Files.move(file, folder.resolve("other"));
        assertThat(events.await(FOR_EVER)).isTrue();
        Files.delete(folder.resolve("other"));
        assertThat(events.await(FOR_EVER)).isTrue();
    }

    @Test
    void aQuietFolderIsWaitedForAsLongAsIsSaid() throws Exception {
        events.await(FOR_EVER);
        assertThat(events.await(Duration.ofMillis(1))).isTrue();
    }

    @Test
    void aFolderThatIsNotThereCannotBeWaitedFor() throws Exception {
        events.await(FOR_EVER);
        Files.delete(folder);
        // What the system still tells of it.
        events.await(FOR_EVER);
        assertThat(events.await(FOR_EVER)).isFalse();

        Files.createDirectory(folder);
        assertThat(events.await(FOR_EVER)).isTrue();
    }

    @Test
    void anotherFolderInItsPlaceEndsAWait() throws Exception {
        events.await(FOR_EVER);
        Files.move(folder, parent.resolve("aside"));
        Files.createDirectory(folder);
        assertThat(events.await(FOR_EVER)).isTrue();

        Files.createFile(folder.resolve("file"));
        assertThat(events.await(FOR_EVER)).isTrue();
    }

    @Test
    void closingEndsAWait() throws Exception {
        events.await(FOR_EVER);
        Thread closing = new Thread(events::close);
        closing.start();
        assertThat(events.await(FOR_EVER)).isFalse();
        closing.join();
    }
}

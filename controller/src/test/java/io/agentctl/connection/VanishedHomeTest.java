package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that goes away as a whole, as an unmounted file system does, is not a home whose connections were deleted. */
class VanishedHomeTest {
    @TempDir
    private Path folder;

    private Path home;
    private Path elsewhere;
    private ConnectionRegistry registry;
    private RegistryWatch watch;
    private Registry present;

    @BeforeEach
    void begin() throws IOException {
        home = folder.resolve("home");
        elsewhere = folder.resolve("elsewhere");
        present = new ConnectionRegistry(home)
                .update(before -> before.with(Connection.registered(
                        ConnectionMode.PULL,
                        new ReceiverAddress(SiteId.parse("h/s"), 8000),
                        UUID.randomUUID(),
                        "K",
                        "C",
                        "R")));
        registry = new ConnectionRegistry(home);
        assertThat(registry.read()).isEqualTo(present);
        watch = new RegistryWatch(registry);
        watch.poll();
    }

    @Test
    void isToldOnceAndItsReturnIsNews() throws IOException {
        Files.move(home, elsewhere);

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(watch::poll)
                .withMessage(message());
        assertThat(watch.poll()).isEmpty();
        assertThat(watch.poll()).isEmpty();
        Files.move(elsewhere, home);

        assertThat(watch.poll()).contains(new PullPolicy(present, false));
        assertThat(watch.poll()).isEmpty();
    }

    /** As the mount point is that comes to light again. */
    @Test
    void isNotReplacedByAnEmptyDirectoryInItsPlace() throws IOException {
        Files.move(home, elsewhere);
        Files.createDirectory(home);

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(watch::poll)
                .withMessage(message());
        assertThat(watch.poll()).isEmpty();
        new ConnectionRegistry(home).update(before -> before);

        assertThat(watch.poll())
                .as("what somebody began anew there counts")
                .contains(new PullPolicy(Registry.EMPTY, false));
    }

    @Test
    void isNotCreatedByAChange() throws IOException {
        Files.move(home, elsewhere);

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before))
                .withMessage(message());
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::checkChangeable)
                .withMessage(message());

        assertThat(home).doesNotExist();
    }

    @Test
    void aRegistryAloneThatIsDeletedIsOneWithoutConnections() throws IOException {
        Files.delete(registry.file());

        assertThat(watch.poll()).contains(new PullPolicy(Registry.EMPTY, false));
        Files.move(home, elsewhere);
        assertThat(registry.read()).isEqualTo(Registry.EMPTY);
    }

    private String message() {
        return "cannot read " + registry.file()
                + ": the home directory it was in is gone; mount its file system, or register anew";
    }
}

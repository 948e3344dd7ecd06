package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** News of the registry: each once, none missed. */
class RegistryWatchTest {
    @TempDir
    private Path home;

    private ConnectionRegistry elsewhere;
    private RegistryWatch watch;

    @BeforeEach
    void begin() {
        elsewhere = new ConnectionRegistry(home);
        watch = new RegistryWatch(new ConnectionRegistry(home));
    }

    @Test
    void thePresentStateIsNewsOnce() throws IOException {
        assertThat(watch.poll()).contains(new PullPolicy(Registry.EMPTY, false));
        assertThat(watch.poll()).isEmpty();
    }

    @Test
    void everyChangeIsNewsOnce() throws IOException {
        watch.poll();

        for (int i = 0; i < 50; i++) {
            String site = "h/s" + (i % 2);
            Registry changed = elsewhere.update(
                    before -> before.without(connection -> true).with(pull(site)));
            assertThat(watch.poll()).contains(new PullPolicy(changed, false));
            assertThat(watch.poll()).isEmpty();
        }
    }

    @Test
    void theMarkerComesAndGoes() throws IOException {
        watch.poll();

        elsewhere.clearAndAllowLegacyPull();
        assertThat(watch.poll()).map(PullPolicy::mode).contains(PullPolicy.Mode.LEGACY);
        Files.delete(home.resolve("allow-legacy-pull"));
        assertThat(watch.poll()).map(PullPolicy::mode).contains(PullPolicy.Mode.INACTIVE);
        elsewhere.update(before -> before.with(pull("h/s")));
        assertThat(watch.poll()).map(PullPolicy::mode).contains(PullPolicy.Mode.TLS);
        Files.delete(elsewhere.file());
        assertThat(watch.poll()).map(PullPolicy::mode).contains(PullPolicy.Mode.INACTIVE);
        assertThat(watch.poll()).isEmpty();
    }

    @Test
    void anUnreadableStateIsToldOnceAndItsRepairIsNews() throws IOException {
        elsewhere.update(before -> before.with(pull("h/s")));
        String good = Files.readString(elsewhere.file());
        watch.poll();

        Files.writeString(elsewhere.file(), "{");
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(watch::poll)
                .withMessageContaining("it is not valid JSON");
        assertThat(watch.poll()).isEmpty();
        Files.writeString(elsewhere.file(), good);

        assertThat(watch.poll())
                .map(policy -> policy.registry().connections().size())
                .contains(1);
    }

    @Test
    void aRepairedModeIsNews() throws IOException {
        elsewhere.update(before -> before.with(pull("h/s")));
        Files.setPosixFilePermissions(elsewhere.file(), PosixFilePermissions.fromString("---------"));
        try {
            watch.poll();
        } catch (RegistryException e) {
            assertThat(e).hasMessageContaining("permission denied"); // unless root runs the tests
        }
        assertThat(watch.poll()).isEmpty();

        Files.setPosixFilePermissions(elsewhere.file(), PosixFilePermissions.fromString("rw-------"));

        assertThat(watch.poll())
                .map(policy -> policy.registry().connections().size())
                .contains(1);
    }

    private static Connection pull(String site) {
        return Connection.registered(
                ConnectionMode.PULL, new ReceiverAddress(SiteId.parse(site), 8000), UUID.randomUUID(), "K", "C", "R");
    }
}

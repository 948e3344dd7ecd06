package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a writer left that was killed: it may hold keys. */
class LeftoverFileTest {
    @TempDir
    private Path home;

    @Test
    void theNextChangeRemovesIt() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(home);
        Path leftover = Files.writeString(home.resolve(".registered_connections.json.4711.tmp"), "half a key");
        Path another = Files.writeString(home.resolve(".registered_connections.json.815.tmp"), "");
        registry.read();
        assertThat(leftover).exists();

        registry.update(present -> present.with(connection()));

        assertThat(leftover).doesNotExist();
        assertThat(another).doesNotExist();
        assertThat(registry.read().connections()).hasSize(1);
    }

    @Test
    void nothingElseIsRemoved() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(home);
        List<String> others = List.of(
                "registered_connections.json.tmp",
                ".registered_connections.json.bak",
                ".other.json.4711.tmp",
                "cmk-agent-ctl.toml",
                "x.registered_connections.json.1.tmp");
        for (String name : others) {
            Files.writeString(home.resolve(name), "somebody's");
        }

        registry.update(present -> present.with(connection()));

        assertThat(names()).containsAll(others).contains("registered_connections.json");
    }

    @Test
    void aChangeLeavesNothing() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(home);

        registry.update(present -> present.with(connection()));
        registry.update(present -> present.with(connection()));

        assertThat(names()).containsExactlyInAnyOrder("registered_connections.json", ".registered_connections.lock");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Connection connection() {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(new SiteId("server", "site"), 8000),
                UUID.randomUUID(),
                "a key",
                "a certificate",
                "a root certificate");
    }
}

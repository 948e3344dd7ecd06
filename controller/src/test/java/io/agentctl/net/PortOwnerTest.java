package io.agentctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a port, from a process file system that was made up. */
class PortOwnerTest {
    private static final int PORT = 6556;

    @TempDir
    private Path proc;

    private Path descriptors;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net/tcp6"), """
                  sl  local_address remote_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
                   0: 00000000000000000000000000000000:199C 00000000000000000000000000000000:0000 01 0:0 00:0 0 0 0 11 1
                   1: 00000000000000000000000000000000:199C 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 12 1
                """);
        descriptors = Files.createDirectories(proc.resolve("812/fd"));
        Files.writeString(proc.resolve("812/comm"), "xinetd\n");
    }

    @Test
    void isTheProcessWithTheListeningSocket() throws IOException {
        Files.createSymbolicLink(descriptors.resolve("7"), Path.of("socket:[12]"));

        assertThat(new PortOwner(proc).of(PORT)).contains("process 812 (xinetd)");
    }

    /** In a busy process some always do; here they are no links any more. */
    @Test
    void isFoundAlthoughOtherDescriptorsVanish() throws IOException {
        for (int i = 20; i < 60; i++) {
            Files.createFile(descriptors.resolve(String.valueOf(i)));
        }
        Files.createSymbolicLink(descriptors.resolve("7"), Path.of("socket:[12]"));
        for (int i = 60; i < 100; i++) {
            Files.createFile(descriptors.resolve(String.valueOf(i)));
        }

        assertThat(new PortOwner(proc).of(PORT)).contains("process 812 (xinetd)");
    }

    @Test
    void isNotToldOfAConnectionAlone() throws IOException {
        Files.createSymbolicLink(descriptors.resolve("7"), Path.of("socket:[11]"));

        assertThat(new PortOwner(proc).of(PORT)).isEmpty();
    }

    @Test
    void isNotToldWhereThereIsNoSuchFileSystem() {
        assertThat(new PortOwner(proc.resolve("none")).of(PORT)).isEmpty();
    }
}

package io.agentctl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What Linux tells of a process's memory. */
class MemoryTest {
    @Test
    void whatIsAProcesssOwnIsAPartOfWhatIsResident() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps_rollup")), "Linux from 4.14 on tells it");
        Process process = new ProcessBuilder("cat").start();
        try {
            // It answers, so it has been loaded.
            process.outputWriter().write("x\n");
            process.outputWriter().flush();
            assertThat(process.inputReader().readLine()).isEqualTo("x");
            Memory memory = new Memory(process.toHandle());

            assertThat(memory.ofItsOwn()).isPositive().isLessThan(memory.now());
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    @Test
    void aProcessThatHasEndedOccupiesNothing() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThat(new Memory(process.toHandle()).ofItsOwn()).isZero();
    }
}

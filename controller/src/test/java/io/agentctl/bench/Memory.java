package io.agentctl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The resident memory of a process and its descendants, as Linux tells it, in MiB.
 *
 * @param process the process
 */
record Memory(ProcessHandle process) {
    private static final double KIB_PER_MIB = 1024;

    /** Returns what is resident now. */
    double now() {
        return sum("status", "VmRSS:");
    }

    /** Returns the most that was resident since the start or the last {@link #forgetPeak}. */
    double peak() {
        return sum("status", "VmHWM:");
    }

    /** Returns what of it is the process's own, and would not be resident without it: neither shared nor a file's. */
    double ofItsOwn() {
        return sum("smaps_rollup", "Private_");
    }

    /** Lets the peak begin anew. */
    void forgetPeak() throws IOException {
        Files.writeString(Path.of("/proc", String.valueOf(process.pid()), "clear_refs"), "5");
    }

    private double sum(String file, String field) {
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToDouble(each -> read(each, file, field))
                .sum();
    }

    private static double read(ProcessHandle process, String file, String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), file))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToDouble(kib -> Double.parseDouble(kib) / KIB_PER_MIB)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            // It has ended, and occupies nothing.
            return 0;
        }
    }
}

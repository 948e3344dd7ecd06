package io.agentctl.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds, as Linux tells it.
 *
 * @param descriptors count of open descriptors
 * @param threads count of threads
 * @param residentMib resident memory in MiB
 */
record Footprint(long descriptors, long threads, long residentMib) {

    static Footprint of(long pid) throws IOException {
        Path process = Path.of("/proc", String.valueOf(pid));
        return new Footprint(count(process.resolve("fd")), count(process.resolve("task")), resident(process));
    }

    /** For people. */
    @Override
    public String toString() {
        return descriptors + " descriptors, " + threads + " threads, " + residentMib + " MiB";
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long resident(Path process) throws IOException {
        try (Stream<String> lines = Files.lines(process.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

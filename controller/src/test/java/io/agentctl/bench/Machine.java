package io.agentctl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where and with what a measurement was made: without that its figures mean nothing. */
final class Machine {
    private Machine() {}

    /**
     * Describes it.
     *
     * @param what was measured: version and commit, as the caller knows them
     * @param ours one of our daemons, running
     * @return names and values, for people
     */
    static Map<String, String> describe(String what, Server ours) throws IOException, InterruptedException {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("measured", what);
        description.put("its Java", javaOf(ours));
        for (Peer peer : Peer.values()) {
            description.put(peer.label(), peer.isInstalled() ? peer.version() : "not installed");
        }
        description.put("load client", loadClient());
        description.put("processor", cpuModel() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        description.put("memory", memory());
        description.put("system", distribution() + ", Linux " + System.getProperty("os.version"));
        description.put(
                "load before", disturbance().get("load_average") + " processes wanted a core in the last minute");
        description.put("date", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        return description;
    }

    private static String loadClient() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import platform, ssl; print('Python', platform.python_version() + ',', ssl.OPENSSL_VERSION)")
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    static Table table(Map<String, String> description) {
        Table table = new Table("", "");
        description.forEach(table::row);
        return table;
    }

    private static String javaOf(Server ours) {
        // The launcher becomes the JVM, or stays above it.
        return Stream.concat(Stream.of(ours.process()), ours.process().descendants())
                .map(process -> Path.of("/proc", String.valueOf(process.pid()), "exe"))
                .map(Machine::release)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("unknown");
    }

    private static Optional<String> release(Path executable) {
        try {
            Path release = executable.toRealPath().resolveSibling("../release").normalize();
            List<String> lines = Files.readAllLines(release);
            return Optional.of(value(lines, "JAVA_VERSION") + " (" + value(lines, "IMPLEMENTOR") + ")");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1).replace("\"", ""))
                .findFirst()
                .orElse("unknown");
    }

    private static String cpuModel() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String memory() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / (1024 * 1024) + " GiB")
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static String distribution() throws IOException {
        Path release = Path.of("/etc/os-release");
        return Files.exists(release)
                ? value(Files.readAllLines(release, StandardCharsets.UTF_8), "PRETTY_NAME")
                : "unknown";
    }

    /** Returns how many processes wanted a core in the last minute, and the ticks of all cores since the boot. */
    static Map<String, Double> disturbance() throws IOException {
        String[] cpu = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+", -1);
        double all = 0;
        for (int i = 1; i <= 8; i++) {
            all += Double.parseDouble(cpu[i]);
        }
        Map<String, Double> disturbance = new LinkedHashMap<>();
        disturbance.put(
                "load_average",
                Double.valueOf(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]));
        disturbance.put("ticks", all);
        disturbance.put("ticks_stolen", Double.valueOf(cpu[8]));
        disturbance.put("ticks_idle", Double.valueOf(cpu[4]));
        return disturbance;
    }
}

package io.agentctl.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that serves pulls on a port of the loopback address. Closing it ends it. */
final class Server implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final Wire wire;
    private final int port;
    private final Path log;
    private final Process process;
    private final Memory memory;
    private final double millisToListening;

    /** How the output travels inside TLS. */
    enum Wire {
        /** As it is, from the first byte: what a TLS proxy in front of the agent does. */
        RAW,
        /** After the announcement {@code 16} in the clear, with a header, as a zlib stream (protocol.md, section 1). */
        FRAMED
    }

    /**
     * How to start one.
     *
     * @param name of the server, for people
     * @param wire how the output travels
     * @param port where it will listen
     * @param folder where its log can be written
     * @param command the command line
     * @param environment all its variables
     */
    record Recipe(
            String name, Wire wire, int port, Path folder, List<String> command, Map<String, String> environment) {}

    private Server(Recipe recipe, Path log, Process process, double millisToListening) {
        this.name = recipe.name();
        this.wire = recipe.wire();
        this.port = recipe.port();
        this.log = log;
        this.process = process;
        this.memory = new Memory(process.toHandle());
        this.millisToListening = millisToListening;
    }

    /** Starts a server and returns once it listens; nobody has connected to it then. */
    static Server start(Recipe recipe, Processes processes) throws IOException, InterruptedException {
        Path log = recipe.folder().resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(recipe.command()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(recipe.environment());
        long begin = System.nanoTime();
        Process process = processes.start(builder);
        while (!isListening(recipe.port())) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                process.destroyForcibly();
                throw new IOException(
                        recipe.name() + " does not listen on port " + recipe.port() + ":\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return new Server(recipe, log, process, (System.nanoTime() - begin) / 1e6);
    }

    /** Asks the kernel: a connection would be the server's first one. */
    private static boolean isListening(int port) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                try (Stream<String> lines = Files.lines(Path.of(table))) {
                    if (lines.map(line -> line.strip().split("\\s+"))
                            .anyMatch(fields -> fields[1].endsWith(suffix) && fields[3].equals("0A"))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    String name() {
        return name;
    }

    Wire wire() {
        return wire;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    Memory memory() {
        return memory;
    }

    double millisToListening() {
        return millisToListening;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        Processes.end(process);
    }
}

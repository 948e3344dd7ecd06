package io.agentctl.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Another process at the same registry: the tests' counterpart in a JVM of its own. */
final class RegistryProcess implements AutoCloseable {
    /** A field at the top of the file that every change counts up: one change lost, and the count is wrong. */
    static final String COUNTER = "changes";

    private final Process process;
    private final BufferedReader stdout;

    private RegistryProcess(Process process) {
        this.process = process;
        this.stdout = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts {@link #main} with these arguments. */
    static RegistryProcess start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RegistryProcess.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return new RegistryProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until the process says this line. */
    RegistryProcess saying(String line) throws IOException {
        String said = stdout.readLine();
        if (!line.equals(said)) {
            throw new AssertionError("the other process said '" + said + "' instead of '" + line + "'");
        }
        return this;
    }

    /** Waits for the process to end by itself. */
    int exitStatus() throws InterruptedException {
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            throw new AssertionError("the other process does not end");
        }
        return process.exitValue();
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * Does one of: {@code lock FILE} takes the lock, says {@code locked} and waits to be killed; {@code stall HOME} does the same in
     * the middle of a change; {@code churn HOME NAME ROUNDS} is {@link #churn}.
     */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "lock" -> {
                RegistryLock lock = RegistryLock.acquire(Path.of(arguments[1]), Duration.ofSeconds(10));
                stall();
                lock.release();
            }
            case "stall" ->
                new ConnectionRegistry(Path.of(arguments[1])).update(registry -> {
                    stall();
                    return registry.without(connection -> true);
                });
            case "churn" -> churn(Path.of(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Adds {@code h/NAME-0}, {@code h/NAME-1}… and deletes every even one again: half as many stay as there were rounds. */
    static void churn(Path home, String name, int rounds) throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(home);
        for (int i = 0; i < rounds; i++) {
            String site = "h/" + name + "-" + i;
            registry.update(before -> counted(before.with(Connection.registered(
                    ConnectionMode.PULL,
                    new ReceiverAddress(SiteId.parse(site), 8000),
                    UUID.randomUUID(),
                    "K".repeat(200),
                    "C".repeat(2000),
                    "R".repeat(2000)))));
            if (i % 2 == 0) {
                registry.update(before -> counted(before.without(connection -> connection.isNamed(site))));
            }
        }
    }

    static int count(Registry registry) {
        return (Integer) registry.unknownFields().getOrDefault(COUNTER, 0);
    }

    private static Registry counted(Registry registry) {
        Map<String, Object> fields = new LinkedHashMap<>(registry.unknownFields());
        fields.put(COUNTER, count(registry) + 1);
        return new Registry(registry.connections(), fields);
    }

    private static void stall() {
        System.out.println("locked");
        try {
            System.in.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

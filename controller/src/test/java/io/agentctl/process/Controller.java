package io.agentctl.process;

import io.agentctl.Main;
import io.agentctl.pki.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The controller with a home of its own, to be run as a process: {@code io.agentctl.Main} by this Java and with the launcher's
 * options, or the executable that the system property {@code controller.executable} names. Nothing of our own environment reaches it.
 * Immutable.
 */
public final class Controller {
    /** Names an installed controller to test instead of the classes at hand. */
    private static final String EXECUTABLE = System.getProperty("controller.executable", "");

    private static final boolean NATIVE = !EXECUTABLE.isEmpty() && isElf(Path.of(EXECUTABLE));

    private static final List<String> INHERITED = List.of("PATH", "JAVA_HOME", "SystemRoot", "TEMP", "TMP");

    /** A setting with which the port is not open to anyone, of which daemons warn. */
    public static final String THIS_HOST_ALONE = "allowed_ip = [\"127.0.0.0/8\", \"::1\"]";

    private final Path home;
    private final Map<String, String> environment;
    private final List<String> command;

    private Controller(Path home, Map<String, String> environment, List<String> command) {
        this.home = home;
        this.environment = environment;
        this.command = command;
    }

    /**
     * Makes a controller.
     *
     * @param home its home directory, perhaps not there yet
     */
    public static Controller at(Path home) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : INHERITED) {
            if (System.getenv(variable) != null) {
                environment.put(variable, System.getenv(variable));
            }
        }
        environment.put("DEBUG_HOME_DIR", home.toString());
        // Whoever builds may be root.
        environment.put("AGENT_CTL_ALLOW_ROOT", "true");
        return new Controller(home, environment, EXECUTABLE.isEmpty() ? java() : List.of(EXECUTABLE));
    }

    /** Returns the name that it calls itself by. */
    public static String name() {
        return EXECUTABLE.isEmpty()
                ? "agent-ctl"
                : Path.of(EXECUTABLE).getFileName().toString();
    }

    /** Sets an environment variable. */
    public Controller with(String variable, String value) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.put(variable, value);
        return new Controller(home, changed, command);
    }

    /** Sets a system property of its process. */
    public Controller withProperty(String name, String value) {
        String option = "-D" + name + "=" + value;
        if (!NATIVE) {
            return with("JAVA_TOOL_OPTIONS", option);
        }
        List<String> changed = new ArrayList<>(command);
        changed.add(1, option);
        return new Controller(home, environment, changed);
    }

    /** Looks for other programs in this folder first. */
    public Controller withProgramsOf(Path folder) {
        return with("PATH", folder + System.getProperty("path.separator") + environment.get("PATH"));
    }

    /**
     * Goes by another name.
     *
     * @param name such as {@code cmk-agent-ctl}
     * @param folder where a link of that name can be made
     */
    public Controller calledAs(String name, Path folder) throws IOException {
        if (!EXECUTABLE.isEmpty() && !NATIVE) {
            Path link = Files.createSymbolicLink(folder.resolve(name), Path.of(EXECUTABLE));
            return new Controller(home, environment, List.of(link.toString()));
        }
        // The launcher tells by what name it was called.
        List<String> renamed = new ArrayList<>(command);
        renamed.add(1, "-Dagentctl.command=" + name);
        return new Controller(home, environment, renamed);
    }

    /**
     * Is started by another class than its own, as a program that wraps services does. Only where {@link #isAtHand}.
     *
     * @param main has the method that is called instead
     */
    public Controller startedBy(Class<?> main) {
        List<String> changed = new ArrayList<>(command);
        changed.replaceAll(word -> word.equals(Main.class.getName()) ? main.getName() : word);
        return new Controller(home, environment, changed);
    }

    /** Returns whether it is the classes at hand, instead of an installed one. */
    public static boolean isAtHand() {
        return EXECUTABLE.isEmpty();
    }

    /** Returns whether it is a native executable itself, without a launcher and without a JVM. */
    public static boolean isNative() {
        return NATIVE;
    }

    /** Returns the home directory. */
    public Path home() {
        return home;
    }

    /** Returns the file with the connections. */
    public Path registryFile() {
        return home.resolve("registered_connections.json");
    }

    /** Returns the environment that it gets. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Returns the full command line for some arguments. */
    public List<String> commandLine(String... arguments) {
        List<String> line = new ArrayList<>(command);
        if (EXECUTABLE.isEmpty()) {
            boolean stays = Arrays.stream(arguments).anyMatch(List.of("daemon", "pull")::contains);
            line.add(1, options(stays ? "daemon" : "brief"));
            String further = environment.getOrDefault("AGENT_CTL_JAVA_OPTS", "");
            line.addAll(line.indexOf("-cp"), further.isEmpty() ? List.of() : List.of(further.split(" ", -1)));
        }
        line.addAll(List.of(arguments));
        return line;
    }

    /** Writes the configuration file. */
    public Controller configured(String... lines) throws IOException {
        Files.createDirectories(home, OwnerOnly.folder(home));
        Files.writeString(home.resolve("cmk-agent-ctl.toml"), String.join("\n", lines) + "\n");
        return this;
    }

    /** Writes the registry as it would itself: for its owner alone. */
    public void writeRegistry(String text) throws IOException {
        Files.deleteIfExists(registryFile());
        Files.writeString(Files.createFile(registryFile(), OwnerOnly.file(home)), text);
    }

    /**
     * Runs a command to its end, with an empty standard input.
     *
     * @param arguments the command line
     * @return what came of it
     */
    public Transcript run(String... arguments) throws IOException, InterruptedException {
        return runWithInput("", arguments);
    }

    /**
     * Runs a command to its end.
     *
     * @param stdin what stands on its standard input
     * @param arguments the command line
     * @return what came of it
     */
    public Transcript runWithInput(String stdin, String... arguments) throws IOException, InterruptedException {
        try (RunningController running = start(List.of(), arguments)) {
            running.feed(stdin.getBytes(StandardCharsets.UTF_8));
            return running.awaitEnd();
        }
    }

    /**
     * Starts a command.
     *
     * @param arguments the command line
     * @return the process, which must be closed
     */
    public RunningController start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /** Starts a command that heeds SIGHUP, even where whoever runs the tests has it ignored, as nohup does. */
    public RunningController startHeedingHangup(String... arguments) throws IOException {
        return start(List.of("env", "--default-signal=HUP"), arguments);
    }

    /**
     * Starts a command within another one.
     *
     * @param wrapper a command that runs the command that is given to it as arguments
     * @param arguments the command line
     * @return the wrapper's process, which must be closed
     */
    public RunningController start(List<String> wrapper, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(wrapper);
        line.addAll(commandLine(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new RunningController(List.of(arguments), builder.start());
    }

    /** Without the logging facade that tests bring along: Netty would log to it, and not to us. */
    private static String classPath() {
        String separator = System.getProperty("path.separator");
        return Arrays.stream(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(Pattern.quote(separator), -1))
                .filter(entry -> !entry.contains("slf4j"))
                .collect(Collectors.joining(separator));
    }

    /** As installer/src/main/dist/bin/agent-ctl does, from the same files. */
    private static List<String> java() {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        line.add(options("all"));
        for (int since : List.of(23, 25)) {
            if (Runtime.version().feature() >= since) {
                line.add(options("java-" + since));
            }
        }
        line.addAll(List.of("-cp", classPath(), Main.class.getName()));
        return line;
    }

    /** Launchers are scripts. */
    private static boolean isElf(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            return Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
        } catch (IOException e) {
            throw new UncheckedIOException("controller.executable", e);
        }
    }

    /** Surefire runs in the module's folder. */
    private static String options(String name) {
        return "@" + Path.of("..", "installer", "src", "main", "lib", "jvm", name + ".options");
    }
}

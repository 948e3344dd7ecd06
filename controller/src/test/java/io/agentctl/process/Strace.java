package io.agentctl.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a controller under strace, which can let the kernel refuse its system calls or kill it before them. Immutable.
 *
 * @param options of strace
 * @param log where strace writes what it saw
 */
public record Strace(List<String> options, Path log) {
    private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\(", Pattern.MULTILINE);

    /** Copies the options. */
    public Strace {
        options = List.copyOf(options);
    }

    /** Skips the test where there is no strace, or it may not do its work. */
    public static void assumeWorks() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            "strace", "-f", "-qq", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Assumptions.assumeTrue(process.waitFor() == 0, "strace may not trace processes here");
        } catch (IOException e) {
            Assumptions.abort("strace is not installed");
        }
    }

    /**
     * Only watches.
     *
     * @param calls names of system calls
     * @param log where to write them
     */
    public static Strace watching(List<String> calls, Path log) {
        return new Strace(List.of("-e", "trace=" + String.join(",", calls)), log);
    }

    /**
     * Kills the process before a system call.
     *
     * @param call its name
     * @param number which of these calls within a thread, from 1
     * @param log where to write those before
     */
    public static Strace killingBefore(String call, int number, Path log) {
        return new Strace(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":signal=KILL:when=" + number), log);
    }

    /**
     * Refuses a system call every time.
     *
     * @param call its name
     * @param error why, such as {@code EIO}
     * @param log where to write the calls
     */
    public static Strace refusing(String call, String error, Path log) {
        return new Strace(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":error=" + error), log);
    }

    /**
     * Does this to a process that runs already, for as long as something else is done.
     *
     * @param pid the process
     * @param action what else
     */
    public void whileTracing(long pid, Action action) throws Exception {
        Process process = new ProcessBuilder(command("-p", String.valueOf(pid))).start();
        try {
            awaitLine(process, "strace: Process " + pid + " attached");
            action.run();
        } finally {
            // By SIGTERM, at which it lets the process go.
            process.destroy();
            process.waitFor();
        }
    }

    /** What is done while a process is under strace. */
    @FunctionalInterface
    public interface Action {
        /** Does it. */
        void run() throws Exception;
    }

    private static void awaitLine(Process process, String begin) throws IOException {
        BufferedReader stderr =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
            if (line.startsWith(begin)) {
                return;
            }
        }
        throw new IOException("strace ended without '" + begin + "'");
    }

    /** Does so only where the call is about this file. */
    public Strace on(Path file) {
        List<String> more = new ArrayList<>(List.of("-P", file.toString()));
        more.addAll(options);
        return new Strace(more, log);
    }

    /**
     * Runs a command of a controller to its end.
     *
     * @param controller whose
     * @param arguments the command line
     * @return what came of it
     */
    public Transcript run(Controller controller, String... arguments) throws IOException, InterruptedException {
        try (RunningController running = controller.start(command("-qq"), arguments)) {
            return running.awaitEnd();
        }
    }

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", log.toString()));
        command.addAll(options);
        command.addAll(List.of(more));
        return command;
    }

    /** Returns which system calls were seen, and how many of each at the most in one thread. */
    public Map<String, Integer> calls() throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Integer> most = new TreeMap<>();
        Matcher call = CALL.matcher(Files.readString(log));
        while (call.find()) {
            int count = counts.merge(call.group(1) + call.group(2), 1, Integer::sum);
            most.merge(call.group(2), count, Math::max);
        }
        return most;
    }
}

package io.agentctl.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A controller's process under way. Closing it kills it if need be. */
public final class RunningController implements AutoCloseable {
    /** Generous, since the machine may be busy: what takes longer hangs. */
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private static final Pattern LISTENING = Pattern.compile("listening on \\S+:(\\d+)$", Pattern.MULTILINE);

    /** As the stand-in for HotSpot's library says it; see installer/src/main/native/jvm. */
    private static final String MISSING_FUNCTION = "agent-ctl: the native executable has no ";

    private final List<String> arguments;
    private final Process process;
    private final Collector stdout;
    private final Collector stderr;

    RunningController(List<String> arguments, Process process) {
        this.arguments = arguments;
        this.process = process;
        this.stdout = new Collector(process.getInputStream());
        this.stderr = new Collector(process.getErrorStream());
    }

    /** Returns the process's id. */
    public long pid() {
        return process.pid();
    }

    /** Returns whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Writes to its standard input, and ends that. */
    public void feed(byte[] bytes) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(bytes);
        } catch (IOException e) {
            // It may end without having read all: what it then says is what matters.
            if (!String.valueOf(e.getMessage()).contains("Broken pipe")
                    && !String.valueOf(e.getMessage()).contains("Stream closed")) {
                throw e;
            }
        }
    }

    /** Returns what it has written to standard error so far. */
    public String stderr() {
        return stderr.text();
    }

    /** Returns how many lines of standard error so far contain a text. */
    public long countOnStderr(String text) {
        return stderr().lines().filter(line -> line.contains(text)).count();
    }

    /**
     * Waits for a text on standard error.
     *
     * @param text stands within a line
     * @return the first such line
     */
    public String awaitOnStderr(String text) throws InterruptedException {
        return awaitOnStderr(Pattern.compile(".*" + Pattern.quote(text) + ".*"), DEADLINE)
                .group();
    }

    /**
     * Waits for a text on standard error.
     *
     * @param pattern what to find
     * @param patience how long to wait for it
     * @return the first match
     */
    public Matcher awaitOnStderr(Pattern pattern, Duration patience) throws InterruptedException {
        try {
            return stderr.await(pattern, patience);
        } catch (TimeoutException e) {
            throw new AssertionError("no '" + pattern + "' on stderr: " + e.getMessage() + soFar(), e);
        }
    }

    /** Waits for a daemon, started with {@code -v}, to open its port; returns the port. */
    public int awaitPort() throws InterruptedException {
        return Integer.parseInt(awaitOnStderr(LISTENING, DEADLINE).group(1));
    }

    /** Asks it to end, by SIGTERM. */
    public RunningController terminate() {
        // Not by Process, which would close the streams that are still of interest.
        process.toHandle().destroy();
        return this;
    }

    /** Sends it a signal, such as {@code HUP}. */
    public RunningController signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-s", name, String.valueOf(pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill ended with exit status " + kill.exitValue());
        }
        return this;
    }

    /** Ends it by SIGKILL. */
    public RunningController kill() {
        process.toHandle().destroyForcibly();
        return this;
    }

    /** Waits for its end. */
    public Transcript awaitEnd() throws InterruptedException {
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it has not ended within " + DEADLINE.toSeconds() + " s" + soFar());
        }
        stdout.join();
        stderr.join();
        return new Transcript(arguments, stdout.text(), stderr.text(), process.exitValue());
    }

    /**
     * Fails besides if a native executable has met a function of HotSpot's that it does not have, whatever a test makes of its end.
     */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        // Its sockets outlive the signal by a moment, and would answer whoever comes next.
        process.destroyForcibly()
                .onExit()
                .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .join();
        if (stderr().contains(MISSING_FUNCTION)) {
            throw new AssertionError("it ended for want of a function" + soFar());
        }
    }

    private String soFar() {
        return "\n$ " + Controller.name() + " " + String.join(" ", arguments) + "\n--- stdout\n" + stdout.text()
                + "\n--- stderr\n" + stderr.text();
    }

    /** Reads a stream to its end, so that the process never waits for a reader. */
    private static final class Collector {
        private final InputStream in;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread = new Thread(this::collect, "collector");
        private boolean ended;

        Collector(InputStream in) {
            this.in = in;
            thread.setDaemon(true);
            thread.start();
        }

        String text() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }

        void join() throws InterruptedException {
            thread.join(DEADLINE.toMillis());
        }

        Matcher await(Pattern pattern, Duration patience) throws InterruptedException, TimeoutException {
            long deadline = System.nanoTime() + patience.toNanos();
            synchronized (bytes) {
                while (true) {
                    Matcher matcher = pattern.matcher(completeLines());
                    if (matcher.find()) {
                        return matcher;
                    }
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (ended || left <= 0) {
                        throw new TimeoutException(ended ? "it has ended" : "waited " + patience.toSeconds() + " s");
                    }
                    bytes.wait(left);
                }
            }
        }

        private String completeLines() {
            String text = bytes.toString(StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1);
        }

        private void collect() {
            byte[] piece = new byte[16 * 1024];
            try {
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    append(piece, count);
                }
            } catch (IOException e) {
                // Closed together with the process: what was read is what there is.
                return;
            } finally {
                synchronized (bytes) {
                    ended = true;
                    bytes.notifyAll();
                }
            }
        }

        private void append(byte[] piece, int count) {
            synchronized (bytes) {
                bytes.write(piece, 0, count);
                bytes.notifyAll();
            }
        }
    }
}

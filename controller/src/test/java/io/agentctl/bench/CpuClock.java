package io.agentctl.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Reads the CPU time that a process has taken, user and system, its threads that have ended included, in nanoseconds. The figures in
 * {@code /proc/PID/stat} come in steps of 10 ms, too coarse for one pull, and Java cannot ask for the clock of another process: Python
 * can.
 */
final class CpuClock implements AutoCloseable {
    /** Reads lines of process numbers, answers each with a sum. A process that has ended takes nothing more. */
    private static final String SCRIPT = """
            import sys, time
            CPUCLOCK_SCHED = 2
            def taken(pid):
                try:
                    return time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED)
                except OSError:
                    return 0
            for line in sys.stdin:
                print(sum(taken(int(pid)) for pid in line.split()), flush=True)
            """;

    private final Process python;
    private final Writer questions;
    private final BufferedReader answers;

    CpuClock() throws IOException {
        python = new ProcessBuilder("python3", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        questions = python.outputWriter(StandardCharsets.US_ASCII);
        answers = python.inputReader(StandardCharsets.US_ASCII);
    }

    /** Returns what a process and its living descendants have taken so far. */
    synchronized long nanos(ProcessHandle process) throws IOException {
        List<Long> pids = LongStream.concat(
                        LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
                .boxed()
                .toList();
        return nanos(pids);
    }

    /** Returns what we have taken so far: the load client and the agent's double. */
    synchronized long ownNanos() throws IOException {
        return nanos(List.of(ProcessHandle.current().pid()));
    }

    private long nanos(List<Long> pids) throws IOException {
        questions.write(pids.stream().map(String::valueOf).collect(Collectors.joining(" ")) + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("python3 cannot read the clocks of other processes");
        }
        return Long.parseLong(answer);
    }

    @Override
    public void close() {
        python.destroyForcibly();
    }
}

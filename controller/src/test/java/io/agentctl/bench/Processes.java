package io.agentctl.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** All processes that were started, so that none outlives us. */
final class Processes implements AutoCloseable {
    private static final int GRACE_IN_SECONDS = 5;

    private final Set<Process> started = ConcurrentHashMap.newKeySet();
    private boolean closed;

    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("the measurement ends");
        }
        Process process = builder.start();
        started.add(process);
        process.onExit().thenAccept(started::remove);
        return process;
    }

    /** Ends a process and all below it. */
    static void end(Process process) {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GRACE_IN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(GRACE_IN_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (Process process : List.copyOf(started)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}

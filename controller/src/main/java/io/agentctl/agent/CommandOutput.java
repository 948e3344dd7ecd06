package io.agentctl.agent;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The output of an agent that runs as a command. It is whole when the command has ended with exit status 0; what processes write
 * that the command leaves behind is not waited for.
 *
 * <p>The pipe is looked at rather than waited for: a read from a pipe knows no time-out, heeds no interrupt, and goes on for as
 * long as any process holds the other end, even one that was left behind and cannot be found to be killed.
 */
final class CommandOutput implements AgentOutput {
    /** Short for an agent, which takes seconds; long for a processor. */
    private static final Duration POLL = Duration.ofMillis(5);

    private final String description;
    private final Process process;
    private final Duration patience;
    private volatile boolean closed;

    CommandOutput(String description, Process process, Duration patience) {
        this.description = description;
        this.process = process;
        this.patience = patience;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws AgentException {
        InputStream output = process.getInputStream();
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!closed) {
                // Asked first: whatever the command wrote before it ended is then there to be read.
                boolean ended = !process.isAlive();
                if (output.available() > 0) {
                    return output.read(buffer, offset, length);
                }
                if (ended) {
                    return endOf(process.exitValue());
                }
                if (System.nanoTime() - deadline >= 0) {
                    kill();
                    throw new AgentException(
                            "the agent at " + description + " has been silent for " + patience.toSeconds() + " s");
                }
                process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
            }
            throw endedByUs(null);
        } catch (AgentException e) {
            throw e;
        } catch (IOException e) {
            throw closed
                    ? endedByUs(e)
                    : new AgentException("the agent at " + description + " broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException("interrupted while waiting for the agent at " + description, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        kill();
    }

    private int endOf(int exitStatus) throws AgentException {
        if (closed) {
            throw endedByUs(null);
        }
        if (exitStatus != 0) {
            throw new AgentException("the agent at " + description + " ended with exit status " + exitStatus);
        }
        return -1;
    }

    private AgentException endedByUs(IOException cause) {
        return new AgentException("the run of the agent at " + description + " was ended", cause);
    }

    /** The shell's children too, and first: they would be out of reach once their parent is gone. */
    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

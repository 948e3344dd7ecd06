package io.agentctl.agent;

import io.agentctl.net.Deadline;
import java.io.IOException;
import java.time.Duration;

/**
 * The output of an agent that runs as a command. It is whole when its end has come and the command's exit status is 0.
 *
 * <p>Processes that the command leaves behind with its output open keep the run open, as they would under inetd.
 */
final class CommandOutput implements AgentOutput {
    private final String description;
    private final Process process;
    private final Duration patience;
    private volatile boolean expired;
    private volatile boolean closed;

    CommandOutput(String description, Process process, Duration patience) {
        this.description = description;
        this.process = process;
        this.patience = patience;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws AgentException {
        // A read from a pipe knows no time-out.
        Deadline silence = Deadline.in(patience, this::expire);
        try {
            int count = process.getInputStream().read(buffer, offset, length);
            if (count < 0) {
                requireSuccess(process.waitFor());
            }
            return count;
        } catch (AgentException e) {
            throw e;
        } catch (IOException e) {
            throw failure("broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted", e);
        } finally {
            silence.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        kill();
    }

    private void requireSuccess(int exitStatus) throws AgentException {
        if (expired || closed || exitStatus != 0) {
            throw failure("ended with exit status " + exitStatus, null);
        }
    }

    private AgentException failure(String otherwise, Exception cause) {
        if (expired) {
            return new AgentException(
                    "the agent at " + description + " has been silent for " + patience.toSeconds() + " s", cause);
        }
        return new AgentException(
                closed
                        ? "the run of the agent at " + description + " was ended"
                        : "the agent at " + description + " " + otherwise,
                cause);
    }

    private void expire() {
        expired = true;
        kill();
    }

    /** The shell's children too, and first: they would be out of reach once their parent is gone. */
    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

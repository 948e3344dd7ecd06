package io.agentctl.agent;

/**
 * One run of the agent, being read. {@link #read} is for one thread; {@link #close} may be called by any, any number of times, and
 * ends a read that is under way with an {@link AgentException}.
 */
public interface AgentOutput extends AutoCloseable {

    /**
     * Reads more of the output; blocks until there is some.
     *
     * @param buffer where to put it
     * @param offset index of the first byte
     * @param length most bytes to read, at least 1
     * @return count of bytes read, at least 1; or -1 when the run has ended well, and only then
     * @throws AgentException if the run failed, was silent for longer than the source's time-out, or this was closed
     */
    int read(byte[] buffer, int offset, int length) throws AgentException;

    /** Ends the run if it has not ended, and frees what it holds. */
    @Override
    void close();
}

package io.agentctl.pull;

import io.agentctl.agent.AgentException;
import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import io.agentctl.audit.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/**
 * Streams one agent run to one puller who may have it. Runs on a thread of its own, since agents are read by blocking; one write is
 * under way while the next piece is read and deflated, so memory does not depend on the size of the output, and a slow puller
 * slows the agent.
 *
 * <p>Only a clean end of the agent makes the payload look whole. A failure before the first byte ends the connection with an empty
 * payload, which sites report as such; a later one resets it.
 */
final class PullTask implements Runnable {
    private static final int READ_SIZE = 32 * 1024;

    private final Channel channel;
    private final Visit visit;
    private final AgentSource agent;
    private final Semaphore runs;
    private final Payload payload;
    private final Duration writeTimeout;
    private final Object outputLock = new Object();
    private AgentOutput output;
    private boolean cancelled;
    private long agentBytes;
    private long sentBytes;

    /**
     * @param channel where the payload goes
     * @param visit who is there; its address is told to the agent
     * @param agent where the output comes from
     * @param runs how many more runs of the agent there may be
     * @param payload the framing; closed by this task
     * @param writeTimeout how long one write may take, and how long a run is waited for
     */
    PullTask(Channel channel, Visit visit, AgentSource agent, Semaphore runs, Payload payload, Duration writeTimeout) {
        this.channel = channel;
        this.visit = visit;
        this.agent = agent;
        this.runs = runs;
        this.payload = payload;
        this.writeTimeout = writeTimeout;
    }

    @Override
    public void run() {
        try (payload) {
            if (!runs.tryAcquire(writeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
                failed(
                        Level.WARNING,
                        Cause.TOO_MANY_AGENT_RUNS,
                        "no run of the agent was free within " + writeTimeout.toSeconds() + " s (max_agent_runs)",
                        null);
                return;
            }
            try {
                stream();
            } finally {
                runs.release();
            }
            channel.close();
            visit.served(agentBytes, sentBytes);
        } catch (ClosedChannelException e) {
            visit.failed(
                    Level.INFO,
                    Cause.PULLER_GONE,
                    "the puller went away after " + sentBytes + " bytes",
                    sentBytes,
                    null);
        } catch (AgentException e) {
            failed(Level.WARNING, Cause.AGENT_FAILED, e.getMessage(), e);
        } catch (IOException e) {
            failed(Level.WARNING, Cause.PULLER_TOO_SLOW, e.getMessage(), e);
        } catch (InterruptedException e) {
            failed(Level.INFO, Cause.STOPPED, "the service was stopped", null);
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Whatever it was, what was sent so far must not look whole.
            failed(Level.SEVERE, Cause.UNEXPECTED, "unexpected failure: " + e, e);
        }
    }

    private void failed(Level level, Cause cause, String reason, Throwable trouble) {
        visit.failed(level, cause, reason, sentBytes, trouble);
        end();
    }

    /** Ends the agent's run because nobody waits for its output any more. */
    void cancel() {
        synchronized (outputLock) {
            cancelled = true;
            if (output != null) {
                output.close();
            }
        }
    }

    private void stream() throws IOException, InterruptedException {
        long begin = visit.nanos();
        try (AgentOutput agentOutput = agent.collect(Requester.at(visit.address()))) {
            cancelWith(agentOutput);
            byte[] bytes = new byte[READ_SIZE];
            ChannelFuture write = channel.newSucceededFuture();
            for (int count = agentOutput.read(bytes, 0, bytes.length);
                    count >= 0;
                    count = agentOutput.read(bytes, 0, bytes.length)) {
                boolean first = agentBytes == 0;
                agentBytes += count;
                write = send(payload.append(bytes, count, first), write);
            }
            if (agentBytes == 0) {
                throw new AgentException("the agent at " + agent.description() + " ended without writing anything");
            }
            visit.agentRan(visit.nanos() - begin);
            await(send(payload.end(), write));
        } catch (AgentException e) {
            if (isCancelled()) {
                throw closed(e);
            }
            throw e;
        }
    }

    private ChannelFuture send(ByteBuf piece, ChannelFuture previous) throws IOException, InterruptedException {
        if (!piece.isReadable()) {
            piece.release();
            return previous;
        }
        try {
            await(previous);
        } catch (IOException | InterruptedException e) {
            piece.release();
            throw e;
        }
        sentBytes += piece.readableBytes();
        return channel.writeAndFlush(piece);
    }

    private void await(ChannelFuture write) throws IOException, InterruptedException {
        if (!write.await(writeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException("the puller has not taken anything for " + writeTimeout.toSeconds() + " s");
        }
        if (!write.isSuccess()) {
            throw closed(write.cause());
        }
    }

    private void cancelWith(AgentOutput agentOutput) throws IOException {
        synchronized (outputLock) {
            output = agentOutput;
            if (cancelled) {
                throw new ClosedChannelException();
            }
        }
    }

    private boolean isCancelled() {
        synchronized (outputLock) {
            return cancelled;
        }
    }

    private void end() {
        if (sentBytes == 0) {
            channel.close();
        } else {
            Reset.of(channel);
        }
    }

    private static ClosedChannelException closed(Throwable cause) {
        ClosedChannelException closed = new ClosedChannelException();
        closed.initCause(cause);
        return closed;
    }
}

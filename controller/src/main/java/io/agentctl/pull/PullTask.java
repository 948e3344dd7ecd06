package io.agentctl.pull;

import io.agentctl.agent.AgentException;
import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

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
    private final InetAddress puller;
    private final String description;
    private final AgentSource agent;
    private final Payload payload;
    private final Duration writeTimeout;
    private final Logger log;
    private final Object outputLock = new Object();
    private AgentOutput output;
    private boolean cancelled;
    private long agentBytes;
    private long sentBytes;

    /**
     * @param channel where the payload goes
     * @param puller the remote address, told to the agent
     * @param description names the pull in the log
     * @param agent where the output comes from
     * @param payload the framing; closed by this task
     * @param writeTimeout how long one write may take
     * @param log where it is told how the pull went
     */
    PullTask(
            Channel channel,
            InetAddress puller,
            String description,
            AgentSource agent,
            Payload payload,
            Duration writeTimeout,
            Logger log) {
        this.channel = channel;
        this.puller = puller;
        this.description = description;
        this.agent = agent;
        this.payload = payload;
        this.writeTimeout = writeTimeout;
        this.log = log;
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        try (payload) {
            stream();
            channel.close();
            log.info(() -> description + ": " + agentBytes + " bytes, " + sentBytes + " sent, "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
        } catch (ClosedChannelException e) {
            log.info(() -> description + ": the puller went away after " + sentBytes + " bytes");
        } catch (IOException e) {
            log.log(Level.WARNING, e, () -> description + ": " + e.getMessage());
            end();
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Whatever it was, what was sent so far must not look whole.
            log.log(Level.SEVERE, e, () -> description + ": unexpected failure: " + e);
            end();
        }
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
        try (AgentOutput agentOutput = agent.collect(Requester.at(puller))) {
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
                throw new IOException("the agent at " + agent.description() + " ended without writing anything");
            }
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

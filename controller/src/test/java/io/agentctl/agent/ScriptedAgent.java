package io.agentctl.agent;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An agent that does in every run what its script says, and remembers its runs. Thread-safe. */
public final class ScriptedAgent implements AgentSource {
    private final Iterable<Step> script;
    private final List<Requester> requesters = new CopyOnWriteArrayList<>();
    private final AtomicInteger closedRuns = new AtomicInteger();
    private final AtomicLong bytesRead = new AtomicLong();

    /** One thing that an agent does. */
    @FunctionalInterface
    public interface Step {
        /**
         * Does it.
         *
         * @param closed completed when the run is closed
         * @return bytes to write, perhaps none
         * @throws AgentException if that ends the run badly
         */
        byte[] play(CompletableFuture<Void> closed) throws AgentException;
    }

    private ScriptedAgent(Iterable<Step> script) {
        this.script = script;
    }

    /** Makes an agent that does one thing after the other and then ends well. */
    public static ScriptedAgent that(Step... steps) {
        return new ScriptedAgent(List.of(steps));
    }

    /** Makes an agent that does the same thing for ever. */
    public static ScriptedAgent endlessly(Step step) {
        return new ScriptedAgent(() -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Step next() {
                return step;
            }
        });
    }

    /** Writes a text, at once. */
    public static Step says(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return closed -> bytes;
    }

    /** Writes nothing before something has happened; if the run is closed before, it ends badly. */
    public static Step waitsFor(CompletableFuture<Void> event) {
        return closed -> {
            try {
                CompletableFuture.anyOf(event, closed).get(60, TimeUnit.SECONDS);
                return new byte[0];
            } catch (ExecutionException | TimeoutException e) {
                throw new AgentException("the agent waited in vain", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AgentException("the agent was interrupted", e);
            }
        };
    }

    /** Ends badly. */
    public static Step fails(String message) {
        return closed -> {
            throw new AgentException(message);
        };
    }

    @Override
    public String description() {
        return "script:";
    }

    @Override
    public AgentOutput collect(Requester requester) {
        requesters.add(requester);
        return new Run(script.iterator());
    }

    @Override
    public void check() {
        // A script can always be played.
    }

    /** Returns on whose behalf the runs so far were started. */
    public List<Requester> requesters() {
        return List.copyOf(requesters);
    }

    /** Returns how many runs were started. */
    public int runs() {
        return requesters.size();
    }

    /** Returns how many runs were closed. */
    public int closedRuns() {
        return closedRuns.get();
    }

    /** Returns how many bytes were read, in all runs together. */
    public long bytesRead() {
        return bytesRead.get();
    }

    private final class Run implements AgentOutput {
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final Iterator<Step> steps;
        private byte[] piece = new byte[0];
        private int taken;

        private Run(Iterator<Step> steps) {
            this.steps = steps;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws AgentException {
            while (taken == piece.length) {
                if (!steps.hasNext()) {
                    return -1;
                }
                piece = steps.next().play(closed);
                taken = 0;
                if (closed.isDone()) {
                    throw new AgentException("the run was ended");
                }
            }
            int count = Math.min(length, piece.length - taken);
            System.arraycopy(piece, taken, buffer, offset, count);
            taken += count;
            bytesRead.addAndGet(count);
            return count;
        }

        @Override
        public void close() {
            if (closed.complete(null)) {
                closedRuns.incrementAndGet();
            }
        }
    }
}

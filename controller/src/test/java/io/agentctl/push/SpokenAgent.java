package io.agentctl.push;

import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent that always says the same, and counts its runs. */
final class SpokenAgent implements AgentSource {
    private final byte[] output;
    private final List<Requester> requesters = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    SpokenAgent(String output) {
        this.output = output.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** On whose behalf it ran, once a run. */
    List<Requester> requesters() {
        return List.copyOf(requesters);
    }

    /** How many runs there were at the same time, at most. */
    int mostRunning() {
        return mostRunning.get();
    }

    @Override
    public String description() {
        return "spoken";
    }

    @Override
    public AgentOutput collect(Requester requester) {
        requesters.add(requester);
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        return new AgentOutput() {
            private int position;

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (position == output.length) {
                    return -1;
                }
                int count = Math.min(length, output.length - position);
                System.arraycopy(output, position, buffer, offset, count);
                position += count;
                return count;
            }

            @Override
            public void close() {
                running.decrementAndGet();
            }
        };
    }

    @Override
    public void check() {
        // It can always speak.
    }
}

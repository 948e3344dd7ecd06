package io.agentctl.pull;

import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * An agent that runs nothing: what it says is made up, of the size and the kind that agents say.
 *
 * @param wanted whether there is anything better to do than to practise
 */
record PracticeAgent(BooleanSupplier wanted) implements AgentSource {
    private static final int SIZE = 64 * 1024;
    private static final byte[] LINES = lines();

    @Override
    public String description() {
        return "practice";
    }

    @Override
    public AgentOutput collect(Requester requester) {
        return new Output(wanted);
    }

    @Override
    public void check() {
        // There is nothing that could be unreachable.
    }

    private static byte[] lines() {
        StringBuilder text = new StringBuilder("<<<check_mk>>>\n");
        for (int line = 0; text.length() < SIZE; line++) {
            text.append("(root,")
                    .append(line * 7919L)
                    .append(',')
                    .append(line * 31L % 4096)
                    .append(",00:00:0")
                    .append(line % 10)
                    .append('/')
                    .append(line % 97)
                    .append("-03:12:44,")
                    .append(line)
                    .append(") /usr/sbin/process --number ")
                    .append(line)
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Output implements AgentOutput {
        private final BooleanSupplier wanted;
        private int position;

        private Output(BooleanSupplier wanted) {
            this.wanted = wanted;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (wanted.getAsBoolean()) {
                throw new CancellationException("practice gives way");
            }
            if (position == LINES.length) {
                return -1;
            }
            // As much at a time as a pipe or a socket hands over.
            int count = Math.min(Math.min(length, 8 * 1024), LINES.length - position);
            System.arraycopy(LINES, position, buffer, offset, count);
            position += count;
            return count;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}

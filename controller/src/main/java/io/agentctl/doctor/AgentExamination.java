package io.agentctl.doctor;

import io.agentctl.agent.AgentException;
import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import io.agentctl.net.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the agent once, and looks at what a site would get.
 *
 * @param agent the agent
 * @param patience how long a run may take, beyond which the sites' next pulls come before its end; positive
 */
record AgentExamination(AgentSource agent, Duration patience) implements Examination {
    /** Enough to tell agent output from anything else. */
    private static final int BEGINNING = 40;

    /** More than any host has to say, in bytes; what comes after that is not waited for. */
    private static final long MOST = 256L * 1024 * 1024;

    @Override
    public String subject() {
        return "Agent " + agent.description();
    }

    @Override
    public List<Finding> look() {
        AtomicBoolean expired = new AtomicBoolean();
        long begin = System.nanoTime();
        Run run = new Run();
        try (AgentOutput output = agent.collect(Requester.OURSELVES)) {
            Deadline deadline = Deadline.in(patience, () -> expire(output, expired));
            try {
                run.read(output);
            } finally {
                deadline.close();
            }
        } catch (AgentException e) {
            return List.of(Finding.failure(
                    expired.get()
                            ? "has not ended after " + patience.toSeconds() + " s and " + run.size()
                            : e.getMessage()));
        }
        double seconds = (double) (System.nanoTime() - begin) / TimeUnit.SECONDS.toNanos(1);
        return List.of(judge(run, String.format(Locale.ROOT, "%s in %.1f s", run.size(), seconds)));
    }

    private static void expire(AgentOutput output, AtomicBoolean expired) {
        expired.set(true);
        output.close();
    }

    private static Finding judge(Run run, String facts) {
        if (run.count >= MOST) {
            return Finding.failure("goes on and on: " + facts);
        }
        if (run.count == 0) {
            return Finding.failure("ends without an output, which a site reports as \"Empty payload from controller\"")
                    .mendedBy(remedy());
        }
        String line = run.beginning.lines().findFirst().orElse("");
        if (line.startsWith("<<<")) {
            return Finding.ok(facts + ", it begins with " + line);
        }
        // Two digits announce what the agent has encrypted by itself (protocol.md, section 1).
        if (line.matches("(?s)0[0-5].*|99.*")) {
            return Finding.ok(facts + ", encrypted by the agent itself");
        }
        return Finding.failure(facts + ", but it does not begin like an agent's: " + line)
                .mendedBy(remedy());
    }

    private static String remedy() {
        return "see what it writes, which has to begin with <<<check_mk>>>: " + Command.of("dump | head");
    }

    /** What was read so far. */
    private static final class Run {
        private String beginning = "";
        private long count;

        void read(AgentOutput output) throws AgentException {
            byte[] buffer = new byte[16 * 1024];
            int length = output.read(buffer, 0, buffer.length);
            while (length >= 0 && count < MOST) {
                if (beginning.length() < BEGINNING) {
                    beginning += new String(buffer, 0, Math.min(length, BEGINNING), StandardCharsets.UTF_8);
                }
                count += length;
                length = output.read(buffer, 0, buffer.length);
            }
        }

        String size() {
            return count < 10_240 ? count + " bytes" : count / 1024 + " KiB";
        }
    }
}

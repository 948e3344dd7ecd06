package io.agentctl.audit;

import io.agentctl.json.JsonText;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes every event as one line of JSON in ASCII. What others chose is cut to a length and cannot steer a terminal or another reader. A sink that
 * fails stops nobody: it is said once, and once more when it is over.
 */
public final class AuditLines implements AuditLog {
    /** Longest text recorded, in characters. */
    static final int MAX_TEXT = 500;

    private static final Logger LOG = Logger.getLogger("io.agentctl.audit");

    private final Sink sink;
    private final Clock clock;
    private boolean failing;
    private long lost;

    /** What takes the lines. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes a line.
         *
         * @param line without a line end
         * @throws IOException if it cannot be kept
         */
        void append(String line) throws IOException;
    }

    /**
     * @param sink what takes the lines
     * @param clock tells the time
     */
    public AuditLines(Sink sink, Clock clock) {
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        try {
            sink.append(line(event));
            if (failing) {
                failing = false;
                LOG.warning("the audit log is written again; " + lost + (lost == 1 ? " event is" : " events are")
                        + " lost");
                lost = 0;
            }
        } catch (IOException e) {
            lost++;
            if (!failing) {
                failing = true;
                LOG.log(Level.SEVERE, "cannot write the audit log: " + e.getMessage() + "; it goes on without", e);
            }
        }
    }

    private String line(AuditEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                Field.TIME.label(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put(Field.EVENT.label(), event.kind().label());
        event.fields()
                .forEach((field, value) -> fields.put(field.label(), value instanceof String text ? cut(text) : value));
        return JsonText.ascii(fields);
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }
}

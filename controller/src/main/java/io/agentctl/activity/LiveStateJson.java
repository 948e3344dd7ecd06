package io.agentctl.activity;

import io.agentctl.audit.Cause;
import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The live state as JSON, its keys in a fixed order; documented in {@code docs/observing.md}. */
public final class LiveStateJson {
    private static final String CONNECTIONS = "connections";
    private static final String REFUSALS = "refusals";
    private static final String LAST_PULL = "last_pull";
    private static final String FAILED_PULLS = "failed_pulls";
    private static final String LAST_FAILED_PULL = "last_failed_pull";

    private LiveStateJson() {}

    /**
     * Writes a state.
     *
     * @param state the state
     * @return its fields, to be made JSON of
     */
    public static Map<String, Object> fields(LiveState state) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", state.version());
        fields.put("process", state.process());
        fields.put("started", state.started().toString());
        state.reloaded().ifPresent(at -> fields.put("reloaded", at.toString()));
        fields.put("listening", state.listening());
        fields.put("in_the_clear", state.inTheClear());
        fields.put(
                CONNECTIONS,
                state.connections().stream().map(LiveStateJson::connection).toList());
        fields.put(REFUSALS, counts(state.refusals()));
        fields.put("untold_refusals", state.untold());
        fields.put("handshakes", distribution(state.handshakes()));
        fields.put("agent_runs", distribution(state.agentRuns()));
        return fields;
    }

    private static Map<String, Object> connection(ConnectionActivity connection) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connection", connection.name());
        fields.put("pulls", connection.pulls());
        fields.put("output_bytes", connection.outputBytes());
        fields.put("sent_bytes", connection.sentBytes());
        connection.lastPull().ifPresent(pull -> fields.put(LAST_PULL, pull(pull)));
        fields.put(FAILED_PULLS, counts(connection.failedPulls()));
        connection.lastFailedPull().ifPresent(pull -> fields.put(LAST_FAILED_PULL, pull(pull)));
        fields.put("pushes", connection.pushes());
        fields.put("failed_pushes", connection.failedPushes());
        connection.lastPush().ifPresent(outcome -> fields.put("last_push", outcome(outcome)));
        fields.put("renewals", connection.renewals());
        fields.put("failed_renewals", connection.failedRenewals());
        connection.lastRenewal().ifPresent(outcome -> fields.put("last_renewal", outcome(outcome)));
        connection.nextTry().ifPresent(at -> fields.put("next_try", at.toString()));
        return fields;
    }

    private static Map<String, Object> pull(ServedPull pull) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", pull.at().toString());
        fields.put("peer", pull.peer());
        fields.put("output_bytes", pull.outputBytes());
        fields.put("sent_bytes", pull.sentBytes());
        fields.put("millis", pull.millis());
        return fields;
    }

    private static Map<String, Object> pull(FailedPull pull) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", pull.at().toString());
        fields.put("peer", pull.peer());
        fields.put("cause", pull.cause().label());
        fields.put("reason", pull.reason());
        return fields;
    }

    private static Map<String, Object> outcome(Outcome outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", outcome.at().toString());
        outcome.failure().ifPresent(reason -> fields.put("failure", reason));
        return fields;
    }

    private static Map<String, Object> counts(Map<Cause, Long> counts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        new TreeMap<>(counts).forEach((cause, count) -> fields.put(cause.label(), count));
        return fields;
    }

    private static Map<String, Object> distribution(Distribution distribution) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("counts", distribution.counts());
        fields.put("nanos", distribution.nanos());
        return fields;
    }

    /**
     * Reads a state. What a newer version adds is passed over.
     *
     * @param fields the fields of a JSON object
     * @return the state
     * @throws MalformedJsonException if one is missing, or is of another kind
     */
    public static LiveState of(Map<String, Object> fields) throws MalformedJsonException {
        List<ConnectionActivity> connections = new ArrayList<>();
        for (Object element : JsonText.array(fields.get(CONNECTIONS), CONNECTIONS)) {
            connections.add(connection(JsonText.object(element, CONNECTIONS)));
        }
        return new LiveState(
                text(fields, "version"),
                number(fields, "process"),
                instant(fields, "started"),
                fields.containsKey("reloaded") ? Optional.of(instant(fields, "reloaded")) : Optional.empty(),
                text(fields, "listening"),
                Boolean.TRUE.equals(fields.get("in_the_clear")),
                connections,
                counts(fields, REFUSALS),
                number(fields, "untold_refusals"),
                distribution(fields, "handshakes"),
                distribution(fields, "agent_runs"));
    }

    private static ConnectionActivity connection(Map<String, Object> fields) throws MalformedJsonException {
        return new ConnectionActivity(
                text(fields, "connection"),
                number(fields, "pulls"),
                number(fields, "output_bytes"),
                number(fields, "sent_bytes"),
                fields.containsKey(LAST_PULL) ? Optional.of(served(object(fields, LAST_PULL))) : Optional.empty(),
                counts(fields, FAILED_PULLS),
                fields.containsKey(LAST_FAILED_PULL) ? failed(object(fields, LAST_FAILED_PULL)) : Optional.empty(),
                number(fields, "pushes"),
                number(fields, "failed_pushes"),
                outcome(fields, "last_push"),
                number(fields, "renewals"),
                number(fields, "failed_renewals"),
                outcome(fields, "last_renewal"),
                fields.containsKey("next_try") ? Optional.of(instant(fields, "next_try")) : Optional.empty());
    }

    private static ServedPull served(Map<String, Object> fields) throws MalformedJsonException {
        return new ServedPull(
                instant(fields, "at"),
                text(fields, "peer"),
                number(fields, "output_bytes"),
                number(fields, "sent_bytes"),
                number(fields, "millis"));
    }

    /** A cause that only a newer version knows leaves nothing to tell. */
    private static Optional<FailedPull> failed(Map<String, Object> fields) throws MalformedJsonException {
        Instant at = instant(fields, "at");
        String peer = text(fields, "peer");
        String reason = text(fields, "reason");
        return Cause.of(text(fields, "cause")).map(cause -> new FailedPull(at, peer, cause, reason));
    }

    private static Optional<Outcome> outcome(Map<String, Object> fields, String key) throws MalformedJsonException {
        if (!fields.containsKey(key)) {
            return Optional.empty();
        }
        Map<String, Object> outcome = object(fields, key);
        return Optional.of(new Outcome(
                instant(outcome, "at"),
                outcome.containsKey("failure") ? Optional.of(text(outcome, "failure")) : Optional.empty()));
    }

    private static Map<Cause, Long> counts(Map<String, Object> fields, String key) throws MalformedJsonException {
        Map<Cause, Long> counts = new EnumMap<>(Cause.class);
        Map<String, Object> labels = object(fields, key);
        for (String label : labels.keySet()) {
            Optional<Cause> cause = Cause.of(label);
            if (cause.isPresent()) {
                counts.put(cause.get(), number(labels, label));
            }
        }
        return counts;
    }

    private static Distribution distribution(Map<String, Object> fields, String key) throws MalformedJsonException {
        Map<String, Object> distribution = object(fields, key);
        List<Long> counts = new ArrayList<>();
        for (Object count : JsonText.array(distribution.get("counts"), key)) {
            counts.add(number(count, key));
        }
        if (counts.size() != Distribution.BOUNDS.size() + 1) {
            // Of another version, with other bounds.
            return Distribution.EMPTY;
        }
        return new Distribution(counts, number(distribution, "nanos"));
    }

    private static Map<String, Object> object(Map<String, Object> fields, String key) throws MalformedJsonException {
        return JsonText.object(fields.get(key), key);
    }

    private static String text(Map<String, Object> fields, String key) throws MalformedJsonException {
        return JsonText.string(fields.get(key), key);
    }

    private static long number(Map<String, Object> fields, String key) throws MalformedJsonException {
        return number(fields.get(key), key);
    }

    private static long number(Object value, String where) throws MalformedJsonException {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new MalformedJsonException("at " + where + ": expected a number");
    }

    private static Instant instant(Map<String, Object> fields, String key) throws MalformedJsonException {
        try {
            return Instant.parse(text(fields, key));
        } catch (DateTimeException e) {
            throw new MalformedJsonException("at " + key + ": expected a time (RFC 3339)");
        }
    }
}

package io.agentctl.cli;

import io.agentctl.config.Choice;
import io.agentctl.json.JsonText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an event of the log looks like: one line, whatever stands in it. */
enum LogFormat {
    /** For people and files: time, level, area and message. */
    PLAIN,
    /** For the journal of systemd, which knows the time: the level as sd-daemon(3) has it, area and message. */
    JOURNALD,
    /** For programs: an object in ASCII. */
    JSON;

    /** What steers terminals or turns text around, and whatever somebody may take for the end of a line. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /**
     * Reads a format.
     *
     * @param text such as {@code json}, in any case
     * @return the format
     * @throws IllegalArgumentException if it is none
     */
    static LogFormat parse(String text) {
        return Choice.of(LogFormat.class, text.toLowerCase(Locale.ROOT));
    }

    /** Puts an event into one line, without a line end. */
    String line(LogEvent event) {
        return switch (this) {
            case PLAIN -> event.time() + " " + event.level() + " " + text(event);
            case JOURNALD -> "<" + event.level().priority() + ">" + text(event);
            case JSON -> JsonText.ascii(fields(event));
        };
    }

    private static String text(LogEvent event) {
        StringBuilder text = new StringBuilder(event.area()).append(": ").append(event.message());
        event.causes().forEach(cause -> text.append("; caused by ").append(cause));
        event.trace()
                .ifPresent(trace -> text.append(" | ")
                        .append(trace.lines().map(String::strip).collect(Collectors.joining(" | "))));
        return UNPRINTABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(shown(match.group())));
    }

    private static String shown(String unprintable) {
        return switch (unprintable) {
            case "\n" -> "\\n";
            case "\r" -> "\\r";
            case "\t" -> "\\t";
            default ->
                unprintable
                        .chars()
                        .mapToObj(unit -> String.format("\\u%04x", unit))
                        .collect(Collectors.joining());
        };
    }

    private static Map<String, Object> fields(LogEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", event.time().toString());
        fields.put("level", Choice.label(event.level()));
        fields.put("area", event.area());
        fields.put("message", event.message());
        if (!event.causes().isEmpty()) {
            fields.put("causes", event.causes());
        }
        event.trace().ifPresent(trace -> fields.put("trace", trace));
        return fields;
    }
}

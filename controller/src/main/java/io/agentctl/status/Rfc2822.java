package io.agentctl.status;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Dates as sites parse them ({@code %a, %d %b %Y %H:%M:%S %z}, RFC 2822 section 3.3), in UTC. The names are spelt out here, since
 * those of Java's locales change between its versions.
 */
final class Rfc2822 {
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .appendText(ChronoField.DAY_OF_WEEK, numbered("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
            .appendPattern(", dd ")
            .appendText(
                    ChronoField.MONTH_OF_YEAR,
                    numbered("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))
            .appendPattern(" uuuu HH:mm:ss ")
            .appendOffset("+HHMM", "+0000")
            .toFormatter(java.util.Locale.ROOT);

    private Rfc2822() {}

    static String format(Instant instant) {
        return FORMAT.format(OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
    }

    private static Map<Long, String> numbered(String... names) {
        Map<Long, String> numbered = new HashMap<>();
        for (String name : List.of(names)) {
            numbered.put((long) numbered.size() + DayOfWeek.MONDAY.getValue(), name);
        }
        return numbered;
    }
}

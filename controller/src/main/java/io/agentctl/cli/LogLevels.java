package io.agentctl.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much of the log somebody wants to be told, such as {@code info,pull=trace,renewal=off}.
 *
 * @param general of the areas that are not named; empty if others may say that
 * @param areas of those that are
 */
record LogLevels(Optional<LogLevel> general, Map<LogArea, LogLevel> areas) {
    /** No wish. */
    static final LogLevels NONE = new LogLevels(Optional.empty(), Map.of());

    /** Copies the map. */
    LogLevels {
        areas = Map.copyOf(areas);
    }

    /**
     * Reads a wish.
     *
     * @param spec a level, or {@code AREA=LEVEL}, or several of these with commas between them
     * @return the wish
     * @throws IllegalArgumentException if a level or an area is unknown, or named twice
     */
    static LogLevels parse(String spec) {
        Optional<LogLevel> general = Optional.empty();
        Map<LogArea, LogLevel> areas = new EnumMap<>(LogArea.class);
        for (String part : spec.split(",", -1)) {
            int equals = part.indexOf('=');
            boolean isNew;
            if (equals < 0) {
                isNew = general.isEmpty();
                general = Optional.of(LogLevel.parse(part.strip()));
            } else {
                LogArea area = LogArea.parse(part.substring(0, equals).strip());
                isNew = areas.put(
                                area, LogLevel.parse(part.substring(equals + 1).strip()))
                        == null;
            }
            if (!isNew) {
                throw new IllegalArgumentException("'" + part.strip() + "' is one level too many in '" + spec + "'");
            }
        }
        return new LogLevels(general, areas);
    }

    /**
     * Puts this wish before another one.
     *
     * @param other what is wanted where this one says nothing
     * @return this one if it is about all areas, else both
     */
    LogLevels over(LogLevels other) {
        if (general.isPresent()) {
            return this;
        }
        Map<LogArea, LogLevel> both = new EnumMap<>(LogArea.class);
        both.putAll(other.areas);
        both.putAll(areas);
        return new LogLevels(other.general, both);
    }
}

package io.agentctl.cli;

import java.util.Map;
import java.util.Optional;

/**
 * How much of the log is told, and what it looks like.
 *
 * @param general how much of all areas but some
 * @param areas how much of those
 * @param stderr what it looks like on standard error
 * @param file what it looks like in a file
 */
record LogSettings(LogLevel general, Map<LogArea, LogLevel> areas, LogFormat stderr, LogFormat file) {
    private static final String LEVELS = "AGENT_CTL_LOG";
    private static final String FORMAT = "AGENT_CTL_LOG_FORMAT";

    /** Copies the map. */
    LogSettings {
        areas = Map.copyOf(areas);
    }

    /**
     * Weighs who says what: options win over the environment, and both over {@code -v} and over what stderr seems to be.
     *
     * @param environment the environment variables
     * @param levels how much, as the option says
     * @param format what it looks like, as the option says
     * @param verbose how often {@code -v} was given
     * @return what follows
     * @throws IllegalArgumentException if the environment's words cannot be understood
     */
    static LogSettings of(Map<String, String> environment, LogLevels levels, Optional<LogFormat> format, int verbose) {
        LogLevels wanted = levels.over(levels(environment));
        Optional<LogFormat> variable = format(environment);
        Optional<LogFormat> named = format.isPresent() ? format : variable;
        boolean isForJournal = named.isEmpty() && JournalStream.isStderr(environment);
        return new LogSettings(
                wanted.general().orElse(LogLevel.verbose(verbose)),
                wanted.areas(),
                named.orElse(isForJournal ? LogFormat.JOURNALD : LogFormat.PLAIN),
                named.orElse(LogFormat.PLAIN));
    }

    /** Returns whether the environment says anything about it. */
    static boolean isSetBy(Map<String, String> environment) {
        return environment.containsKey(LEVELS) || environment.containsKey(FORMAT);
    }

    /** Returns the level of what a logger tells, be it ours or a library's. */
    LogLevel of(String logger) {
        for (Map.Entry<LogArea, LogLevel> area : areas.entrySet()) {
            if (area.getKey().logger().equals(logger)) {
                return area.getValue();
            }
        }
        return general;
    }

    private static LogLevels levels(Map<String, String> environment) {
        String text = environment.getOrDefault(LEVELS, "");
        try {
            return text.isEmpty() ? LogLevels.NONE : LogLevels.parse(text);
        } catch (IllegalArgumentException e) {
            throw of(LEVELS, e);
        }
    }

    private static Optional<LogFormat> format(Map<String, String> environment) {
        String text = environment.getOrDefault(FORMAT, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(LogFormat.parse(text));
        } catch (IllegalArgumentException e) {
            throw of(FORMAT, e);
        }
    }

    private static IllegalArgumentException of(String variable, IllegalArgumentException e) {
        return new IllegalArgumentException("environment variable " + variable + ": " + e.getMessage(), e);
    }
}

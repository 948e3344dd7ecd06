package io.agentctl.cli;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How much of the log is told.
 *
 * @param general of all areas but some
 * @param areas of those
 */
record LogSettings(LogLevel general, Map<LogArea, LogLevel> areas) {
    private static final String LEVELS = "AGENT_CTL_LOG";

    /** Copies the map. */
    LogSettings {
        areas = Map.copyOf(areas);
    }

    /**
     * Weighs who says what: the option wins over the environment, and both over {@code -v}.
     *
     * @param environment the environment variables
     * @param levels what the option says
     * @param verbose how often {@code -v} was given
     * @return what follows
     * @throws IllegalArgumentException if the environment's words cannot be understood
     */
    static LogSettings of(Map<String, String> environment, LogLevels levels, int verbose) {
        LogLevels wanted =
                levels.over(variable(environment, LEVELS, LogLevels::parse).orElse(LogLevels.NONE));
        return new LogSettings(wanted.general().orElse(LogLevel.verbose(verbose)), wanted.areas());
    }

    /** Returns whether the environment says anything about it. */
    static boolean isSetBy(Map<String, String> environment) {
        return environment.containsKey(LEVELS);
    }

    /** Returns the level of what a logger tells, be it ours or a library's. */
    LogLevel of(String logger) {
        return areas.entrySet().stream()
                .filter(entry -> entry.getKey().logger().equals(logger))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(general);
    }

    private static <T> Optional<T> variable(Map<String, String> environment, String name, Function<String, T> parser) {
        String text = environment.getOrDefault(name, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("environment variable " + name + ": " + e.getMessage(), e);
        }
    }
}

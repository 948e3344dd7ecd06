package io.agentctl.cli;

import io.agentctl.config.Choice;
import java.util.Locale;
import java.util.logging.Level;

/** How much an event of the log matters, and how much of the log is told: each level tells what those before it tell, and more. */
enum LogLevel {
    OFF,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE;

    /**
     * Reads a level.
     *
     * @param text such as {@code info}, in any case
     * @return the level
     * @throws IllegalArgumentException if it is none
     */
    static LogLevel parse(String text) {
        try {
            return Choice.of(LogLevel.class, text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("level " + e.getMessage(), e);
        }
    }

    /** Returns the level that so many {@code -v} stand for. */
    static LogLevel verbose(int count) {
        return switch (count) {
            case 0 -> WARN;
            case 1 -> INFO;
            case 2 -> DEBUG;
            default -> TRACE;
        };
    }

    /** Returns the level of an event. */
    static LogLevel of(Level event) {
        for (LogLevel level : values()) {
            if (level != OFF && event.intValue() >= level.threshold().intValue()) {
                return level;
            }
        }
        return TRACE;
    }

    /** Returns the least level of the events that are told, in the JDK's terms. */
    Level threshold() {
        return switch (this) {
            case OFF -> Level.OFF;
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINEST;
        };
    }

    /** Returns what syslog and the journal call it. */
    int priority() {
        return switch (this) {
            case OFF, ERROR -> 3;
            case WARN -> 4;
            case INFO -> 6;
            case DEBUG, TRACE -> 7;
        };
    }

    /** Returns whether it tells what another level tells. */
    boolean tells(LogLevel other) {
        return compareTo(other) >= 0;
    }
}

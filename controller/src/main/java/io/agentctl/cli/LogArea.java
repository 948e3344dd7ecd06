package io.agentctl.cli;

import io.agentctl.config.Choice;
import java.util.Locale;

/** What the log tells of: every logger of ours is named after one of these. */
enum LogArea {
    AUDIT,
    CONFIG,
    CONNECTION,
    CRL,
    DAEMON,
    DOOR,
    LIVE,
    PULL,
    PUSH,
    REGISTRATION,
    REGISTRY,
    RENEWAL;

    /** What the names of all our loggers begin with. */
    static final String ALL = "io.agentctl";

    /**
     * Reads an area.
     *
     * @param text such as {@code pull}, in any case
     * @return the area
     * @throws IllegalArgumentException if it is none
     */
    static LogArea parse(String text) {
        try {
            return Choice.of(LogArea.class, text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("area " + e.getMessage(), e);
        }
    }

    /** Returns the name of its logger. */
    String logger() {
        return ALL + "." + Choice.label(this);
    }
}

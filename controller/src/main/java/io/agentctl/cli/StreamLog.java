package io.agentctl.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes our log to a stream, one line an event: time, level, area, message. */
final class StreamLog extends Handler {
    /** Held, or the JDK may forget a logger and its level. */
    private static final Logger OURS = Logger.getLogger("io.agentctl");

    private final PrintStream stream;
    private final Verbosity verbosity;

    private StreamLog(PrintStream stream, Verbosity verbosity) {
        this.stream = stream;
        this.verbosity = verbosity;
    }

    /**
     * Sends the log to a stream from now on, instead of wherever it went.
     *
     * @param stream where to
     * @param verbosity how much of it
     */
    static void replaceBy(PrintStream stream, Verbosity verbosity) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new StreamLog(stream, verbosity));
        // What libraries have to tell is theirs to know, unless it is bad.
        root.setLevel(Level.WARNING);
        OURS.setLevel(verbosity.level());
    }

    @Override
    public void publish(LogRecord event) {
        String logger = String.valueOf(event.getLoggerName());
        stream.println(Instant.ofEpochMilli(event.getMillis()) + " " + name(event.getLevel()) + " "
                + logger.substring(logger.lastIndexOf('.') + 1) + ": "
                + verbosity.describe(event.getMessage(), event.getThrown()));
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void close() {
        flush();
    }

    private static String name(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }
}

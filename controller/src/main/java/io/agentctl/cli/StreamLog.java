package io.agentctl.cli;

import io.agentctl.log.RotatingFile;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes our log to a stream or a file, one line an event: time, level, area, message. */
final class StreamLog extends Handler {
    /** Held, or the JDK may forget a logger and its level. */
    private static final Logger OURS = Logger.getLogger("io.agentctl");

    private final Sink sink;
    private final Verbosity verbosity;

    /** What takes the events' texts. */
    @FunctionalInterface
    private interface Sink {
        void take(String text) throws IOException;
    }

    private StreamLog(Sink sink, Verbosity verbosity) {
        this.sink = sink;
        this.verbosity = verbosity;
    }

    /**
     * Sends the log to a stream from now on, instead of wherever it went.
     *
     * @param stream where to
     * @param verbosity how much of it
     */
    static void replaceBy(PrintStream stream, Verbosity verbosity) {
        replaceBy(new StreamLog(stream::println, verbosity));
    }

    /**
     * Sends the log to a file from now on, as much of it as before.
     *
     * @param file where to
     */
    static void moveTo(RotatingFile file) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler instanceof StreamLog present) {
                replaceBy(new StreamLog(file::append, present.verbosity));
            }
        }
    }

    private static void replaceBy(StreamLog log) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(log);
        // What libraries have to tell is theirs to know, unless it is bad.
        root.setLevel(Level.WARNING);
        OURS.setLevel(log.verbosity.level());
    }

    @Override
    public void publish(LogRecord event) {
        String logger = String.valueOf(event.getLoggerName());
        String text = Instant.ofEpochMilli(event.getMillis()) + " " + name(event.getLevel()) + " "
                + logger.substring(logger.lastIndexOf('.') + 1) + ": "
                + verbosity.describe(event.getMessage(), event.getThrown());
        try {
            sink.take(text);
        } catch (IOException e) {
            // Once, on stderr: a service goes on without a log.
            reportError("cannot write the log", e, ErrorManager.WRITE_FAILURE);
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        // What events go to outlives the log.
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

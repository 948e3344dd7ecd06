package io.agentctl.cli;

import io.agentctl.log.RotatingFile;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Writes our log to a stream or a file, one line an event: time, level, area, message. */
final class StreamLog extends Handler {
    private final Sink sink;
    private final LogSettings settings;

    /** Held, or the JDK may forget a logger and its level. */
    private final List<Logger> loggers;

    /** What takes the events' texts. */
    @FunctionalInterface
    private interface Sink {
        void take(String text) throws IOException;
    }

    private StreamLog(Sink sink, LogSettings settings) {
        this.sink = sink;
        this.settings = settings;
        this.loggers = Stream.concat(
                        Stream.of(LogArea.ALL),
                        settings.areas().keySet().stream().map(LogArea::logger))
                .map(Logger::getLogger)
                .toList();
    }

    /**
     * Sends the log to a stream from now on, instead of wherever it went.
     *
     * @param stream where to
     * @param settings how much of it
     */
    static void replaceBy(PrintStream stream, LogSettings settings) {
        replaceBy(new StreamLog(stream::println, settings));
    }

    /**
     * Sends the log to a file from now on, as much of it as before.
     *
     * @param file where to
     */
    static void moveTo(RotatingFile file) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler instanceof StreamLog present) {
                replaceBy(new StreamLog(file::append, present.settings));
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
        LogLevel foreign = log.settings.general().tells(LogLevel.WARN) ? LogLevel.WARN : log.settings.general();
        root.setLevel(foreign.threshold());
        log.loggers.forEach(
                logger -> logger.setLevel(log.settings.of(logger.getName()).threshold()));
    }

    @Override
    public void publish(LogRecord event) {
        String logger = String.valueOf(event.getLoggerName());
        String text = Instant.ofEpochMilli(event.getMillis()) + " " + LogLevel.of(event.getLevel()) + " "
                + logger.substring(logger.lastIndexOf('.') + 1) + ": "
                + new Verbosity(settings.of(logger)).describe(event.getMessage(), event.getThrown());
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
}

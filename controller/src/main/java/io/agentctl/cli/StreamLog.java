package io.agentctl.cli;

import io.agentctl.log.RotatingFile;
import java.io.IOException;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes our log to a stream or a file, one line an event. */
final class StreamLog extends Handler {
    private final Sink sink;
    private final LogSettings settings;
    private final LogFormat format;

    /** Hears of a sink that fails. */
    private final Optional<StreamLog> otherwise;

    private final AtomicBoolean failing = new AtomicBoolean();

    /** Held, or the JDK may forget a logger and its level. */
    private final List<Logger> loggers = new ArrayList<>();

    /** What takes the events' lines. */
    @FunctionalInterface
    private interface Sink {
        void take(String line) throws IOException;
    }

    private StreamLog(Sink sink, LogSettings settings, LogFormat format, Optional<StreamLog> otherwise) {
        this.sink = sink;
        this.settings = settings;
        this.format = format;
        this.otherwise = otherwise;
        this.loggers.add(Logger.getLogger(LogArea.ALL));
        for (LogArea area : settings.areas().keySet()) {
            this.loggers.add(Logger.getLogger(area.logger()));
        }
    }

    /**
     * Sends the log to a stream from now on, instead of wherever it went.
     *
     * @param stream where to
     * @param settings how much of it, and what it looks like
     */
    static void replaceBy(PrintStream stream, LogSettings settings) {
        replaceBy(new StreamLog(stream::println, settings, settings.stderr(), Optional.empty()));
    }

    /**
     * Sends the log to a file from now on, as much of it as before.
     *
     * @param file where to
     */
    static void moveTo(RotatingFile file) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler instanceof StreamLog present) {
                LogSettings settings = present.settings;
                replaceBy(new StreamLog(file::append, settings, settings.file(), Optional.of(present)));
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
        for (Logger logger : log.loggers) {
            logger.setLevel(log.settings.of(logger.getName()).threshold());
        }
    }

    @Override
    public void publish(LogRecord event) {
        String logger = String.valueOf(event.getLoggerName());
        LogEvent told = new LogEvent(
                event.getInstant().truncatedTo(ChronoUnit.MILLIS),
                LogLevel.of(event.getLevel()),
                logger.substring(logger.lastIndexOf('.') + 1),
                String.valueOf(event.getMessage()),
                List.of(),
                Optional.empty());
        try {
            sink.take(format.line(told.of(event.getThrown(), settings.of(logger))));
            failing.set(false);
        } catch (IOException e) {
            if (failing.compareAndSet(false, true)) {
                LogRecord complaint =
                        new LogRecord(Level.SEVERE, "cannot write the log: " + e.getMessage() + "; it goes on without");
                complaint.setLoggerName(LogArea.DAEMON.logger());
                otherwise.ifPresent(log -> log.publish(complaint));
            }
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

package io.agentctl;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What one thread logs in one area; tests of the same area may run at the same time. */
public final class ThreadLog extends Handler implements AutoCloseable {
    /** Held, or the logging framework might forget it together with its handlers. */
    private final Logger logger;

    private final long thread;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ThreadLog(Logger logger, long thread) {
        this.logger = logger;
        this.thread = thread;
    }

    /**
     * Listens from now on.
     *
     * @param area the logger's name
     * @param thread who logs
     */
    public static ThreadLog of(String area, Thread thread) {
        ThreadLog log = new ThreadLog(Logger.getLogger(area), thread.getId());
        // What is looked at here need not stand in the build's own output as well.
        log.logger.setUseParentHandlers(false);
        log.logger.addHandler(log);
        return log;
    }

    /** Returns level and message of all events so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord event) {
        if (event.getLongThreadID() == thread) {
            lines.add(event.getLevel() + " " + event.getMessage());
        }
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}

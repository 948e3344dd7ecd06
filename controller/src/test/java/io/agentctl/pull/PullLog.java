package io.agentctl.pull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines that the pull server logs about pullers from one address. */
final class PullLog extends Handler implements AutoCloseable {
    /** Held, or the logging framework might forget it together with its handlers. */
    private static final Logger LOGGER = Logger.getLogger("io.agentctl.pull");

    static {
        // Hundreds of pulls would drown the build's own output.
        LOGGER.setUseParentHandlers(false);
    }

    private final String address;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    PullLog(String address) {
        this.address = address;
        LOGGER.addHandler(this);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord entry) {
        String message = entry.getMessage();
        if (message.endsWith(address) || message.contains(address + ":")) {
            lines.add(entry.getLevel() + " " + message);
        }
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        LOGGER.removeHandler(this);
    }
}

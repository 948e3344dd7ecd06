package io.agentctl.cli;

import java.util.logging.LogManager;

/** The JDK's log without its configuration files, and still there while the process ends: the JDK's own falls silent at SIGTERM. */
public final class LogUntilHalt extends LogManager {
    /** Called by the JDK. */
    public LogUntilHalt() {
        // A constructor that the JDK finds.
    }

    @Override
    public void readConfiguration() {
        // Verbosity is an option of ours.
    }

    @Override
    public void reset() {
        // The JDK calls this at shutdown, beside the hook that still has something to tell.
    }
}

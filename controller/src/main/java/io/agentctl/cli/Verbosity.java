package io.agentctl.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;

/**
 * How much is told on stderr: warnings at least; {@code -v} what happens, {@code -vv} what leads to it, {@code -vvv} everything.
 *
 * @param count how often {@code -v} was given
 */
record Verbosity(int count) {

    /** The least level of events that are told. */
    Level level() {
        return switch (count) {
            case 0 -> Level.WARNING;
            case 1 -> Level.INFO;
            case 2 -> Level.FINE;
            default -> Level.FINEST;
        };
    }

    /**
     * Puts a failure into words.
     *
     * @param message what to say in any case
     * @param failure where the message comes from; may be null
     * @return the message, then the failure's causes and its stack trace if that much is wanted
     */
    String describe(String message, Throwable failure) {
        StringBuilder text = new StringBuilder(message);
        if (count >= 1 && failure != null) {
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                text.append("\n  caused by ").append(cause.getClass().getSimpleName());
                if (cause.getMessage() != null) {
                    text.append(": ").append(cause.getMessage());
                }
            }
        }
        if (count >= 3 && failure != null) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            text.append('\n').append(trace.toString().stripTrailing());
        }
        return text.toString();
    }
}

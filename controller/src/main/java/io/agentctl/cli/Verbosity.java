package io.agentctl.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * How much is told of a failure.
 *
 * @param level with its causes from {@link LogLevel#INFO} on, with a stack trace at {@link LogLevel#TRACE}
 */
record Verbosity(LogLevel level) {

    /**
     * Puts a failure into words.
     *
     * @param message what to say in any case
     * @param failure where the message comes from; may be null
     * @return the message, then the failure's causes and its stack trace if that much is wanted
     */
    String describe(String message, Throwable failure) {
        StringBuilder text = new StringBuilder(message);
        if (level.tells(LogLevel.INFO) && failure != null) {
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                text.append("\n  caused by ").append(cause.getClass().getSimpleName());
                if (cause.getMessage() != null) {
                    text.append(": ").append(cause.getMessage());
                }
            }
        }
        if (level.tells(LogLevel.TRACE) && failure != null) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            text.append('\n').append(trace.toString().stripTrailing());
        }
        return text.toString();
    }
}

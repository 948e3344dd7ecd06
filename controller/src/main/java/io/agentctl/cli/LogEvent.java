package io.agentctl.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One event of the log, with as much as is wanted of what led to it.
 *
 * @param time when it happened
 * @param level how much it matters
 * @param area where it happened
 * @param message what happened
 * @param causes what led to it, the last cause last
 * @param trace the stack trace
 */
record LogEvent(
        Instant time, LogLevel level, String area, String message, List<String> causes, Optional<String> trace) {

    /** Copies the list. */
    LogEvent {
        causes = List.copyOf(causes);
    }

    /**
     * Adds a failure.
     *
     * @param failure where the event comes from; may be null
     * @param wanted how much to tell of it: its causes from {@link LogLevel#INFO} on, a stack trace at {@link LogLevel#TRACE}
     * @return the event with that
     */
    LogEvent of(Throwable failure, LogLevel wanted) {
        if (failure == null || !wanted.tells(LogLevel.INFO)) {
            return this;
        }
        return new LogEvent(
                time,
                level,
                area,
                message,
                Stream.iterate(failure.getCause(), cause -> cause != null, Throwable::getCause)
                        .map(LogEvent::name)
                        .toList(),
                wanted.tells(LogLevel.TRACE) ? Optional.of(trace(failure)) : Optional.empty());
    }

    private static String name(Throwable cause) {
        String type = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? type : type + ": " + cause.getMessage();
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString().stripTrailing();
    }
}

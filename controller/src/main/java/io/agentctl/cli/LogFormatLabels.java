package io.agentctl.cli;

import io.agentctl.config.Choice;
import java.util.Arrays;
import java.util.Iterator;

/** The formats of the log as users write them, for help and completion. */
final class LogFormatLabels implements Iterable<String> {
    /** Called by picocli. */
    LogFormatLabels() {}

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(LogFormat.values()).map(Choice::label).iterator();
    }
}

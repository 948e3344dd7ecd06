package io.agentctl.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every verb takes: how much of the log is told, and what it looks like. */
final class LogOptions {
    @Option(
            names = "-v",
            scope = ScopeType.INHERIT,
            description = "Say more on stderr: -v info, -vv debug, -vvv trace.")
    private boolean[] verbose = {};

    @Option(
            names = "--log-level",
            paramLabel = "SPEC",
            scope = ScopeType.INHERIT,
            description = {
                "Say that much: off, error, warn, info, debug or trace, or by area, such as info,pull=trace,renewal=off",
                "(default: AGENT_CTL_LOG, else what -v says, else warn)."
            })
    private LogLevels levels = LogLevels.NONE;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            completionCandidates = LogFormatLabels.class,
            scope = ScopeType.INHERIT,
            description = {
                "plain, journald or json, one line an event",
                "(default: AGENT_CTL_LOG_FORMAT, else journald where the journal reads stderr, else plain)."
            })
    private LogFormat format;

    /**
     * Adds what the environment says.
     *
     * @param environment the environment variables
     * @return what follows
     * @throws IllegalArgumentException if the environment's words cannot be understood
     */
    LogSettings settings(Map<String, String> environment) {
        return LogSettings.of(environment, levels, Optional.ofNullable(format), verbose.length);
    }
}

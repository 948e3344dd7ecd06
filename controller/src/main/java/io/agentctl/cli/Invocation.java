package io.agentctl.cli;

import java.time.Clock;
import java.util.Map;

/**
 * What a command is called with, beyond its arguments.
 *
 * @param environment the environment variables
 * @param terminal the streams
 * @param clock tells the time
 */
public record Invocation(Map<String, String> environment, Terminal terminal, Clock clock) {

    /** Returns the name that we were called by, which the launcher says: messages then name a command that the user can type. */
    static String commandName() {
        return System.getProperty("agentctl.command", "agent-ctl");
    }
}

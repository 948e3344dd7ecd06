package io.agentctl.cli;

import io.agentctl.Version;

/** The version and nothing else, which the agent and installers of its updates ask for, without the parser of command lines, as {@link StatusForAgent} has it. */
public final class VersionForAgent {
    private VersionForAgent() {}

    /**
     * Answers, if that is all that is asked.
     *
     * @param invocation what the command is called with
     * @param arguments the command line
     * @return whether all is said; otherwise {@link AgentCtl} has the word
     */
    public static boolean answered(Invocation invocation, String... arguments) {
        boolean asked = arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"));
        if (asked) {
            invocation.terminal().out().println(line());
        }
        return asked;
    }

    /** Returns the line; scripts take what follows the space. */
    static String line() {
        return Invocation.commandName() + " " + Version.current();
    }
}

package io.agentctl.doctor;

/** Our own commands, as users type them. */
final class Command {
    /** How a host gets known to its first site. */
    static final String REGISTER = "register --server SERVER --site SITE --hostname HOST --user USER";

    private Command() {}

    /** Returns the command line for a verb and its arguments. */
    static String of(String arguments) {
        // The launcher says by which name it was called.
        return System.getProperty("agentctl.command", "agent-ctl") + " " + arguments;
    }
}

package io.agentctl.cli;

/** How a command ends, as scripts see it. */
final class ExitCode {
    /** It did what it was asked. */
    static final int SUCCESS = 0;

    /** It could not; stderr says why. */
    static final int FAILURE = 1;

    /** The command line cannot be understood; nothing was done. */
    static final int USAGE = 2;

    private ExitCode() {}
}

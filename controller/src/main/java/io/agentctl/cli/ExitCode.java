package io.agentctl.cli;

/** How a command ends, as scripts see it. */
final class ExitCode {
    /** It did what it was asked. */
    static final int SUCCESS = 0;

    /** It could not; stderr says why. */
    static final int FAILURE = 1;

    /** The command line cannot be understood; nothing was done. */
    static final int USAGE = 2;

    /** {@code doctor} found something that deserves attention, and nothing worse. */
    static final int DOCTOR_WARNS = 3;

    /** {@code doctor} found something that fails. */
    static final int DOCTOR_FINDS_FAILURE = 4;

    private ExitCode() {}
}

package com.oracle.svm.hosted;

/**
 * Stands in for the builder's class of this name, which wants a C library inside of the JDK that only a GraalVM has there. All that it tells is what
 * the builder's report on a terminal looks like.
 */
public final class ProgressReporterCHelper {
    static final int MAX_CHARACTERS_PER_LINE = 120;

    private ProgressReporterCHelper() {}

    /** Returns a width of lines that any terminal has. */
    public static int getTerminalWindowColumnsClamped() {
        return 80;
    }

    /** Returns a width of lines that any terminal has. */
    public static int getTerminalWindowColumns() {
        return 80;
    }

    /** Returns that the most memory that we have used is not known. */
    public static long getPeakRSS() {
        return -1;
    }
}

package io.agentctl.bench;

/** Tells whoever waits what is being done, apart from the report. */
final class Progress {
    private static final long BEGIN = System.nanoTime();

    private Progress() {}

    static void say(String what) {
        System.err.printf("%5d s  %s%n", (System.nanoTime() - BEGIN) / 1_000_000_000, what);
    }
}

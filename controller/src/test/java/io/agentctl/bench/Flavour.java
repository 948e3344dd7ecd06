package io.agentctl.bench;

/** How our controller comes: each has a launcher of its own. */
enum Flavour {
    /** Jars, run by a Java. */
    JVM("agent-ctl"),
    /** A native executable. */
    NATIVE("agent-ctl-native");

    private final String label;

    Flavour(String label) {
        this.label = label;
    }

    /** Returns the name of its package. */
    String label() {
        return label;
    }
}

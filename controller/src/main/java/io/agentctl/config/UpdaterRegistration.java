package io.agentctl.config;

/** What a registration does about the agent updater's own registration when the command line does not ask for it. */
public enum UpdaterRegistration {
    /** Nothing. */
    MANUAL,
    /** Registers the updater unless it is registered already. */
    KEEP,
    /** Registers the updater anew. */
    OVERWRITE
}

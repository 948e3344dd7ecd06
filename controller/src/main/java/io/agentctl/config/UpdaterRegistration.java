package io.agentctl.config;

import java.util.Arrays;
import java.util.Locale;

/** What a registration does about the agent updater's own registration when the command line does not ask for it. */
public enum UpdaterRegistration {
    /** Nothing. */
    MANUAL,
    /** Registers the updater unless it is registered already. */
    KEEP,
    /** Registers the updater anew. */
    OVERWRITE;

    static UpdaterRegistration of(String label) {
        return Arrays.stream(values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + label + "' must be \"manual\", \"keep\" or \"overwrite\""));
    }
}

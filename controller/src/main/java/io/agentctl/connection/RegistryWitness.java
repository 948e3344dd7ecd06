package io.agentctl.connection;

/** Sees every change of the registry that this process makes. */
@FunctionalInterface
public interface RegistryWitness {
    /** Sees nothing. */
    RegistryWitness NONE = (before, after) -> {};

    /**
     * Sees a change, which is on disk.
     *
     * @param before what was replaced
     * @param after what is there now; never the same
     */
    void changed(Registry before, Registry after);
}

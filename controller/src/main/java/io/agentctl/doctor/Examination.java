package io.agentctl.doctor;

import java.util.List;

/** Looks at one link of the chain, or at some that hang together. Changes nothing. */
interface Examination {

    /** Returns what it looks at, as a heading. */
    String subject();

    /**
     * Looks.
     *
     * @return what there was to see, at least one finding
     * @throws InterruptedException if interrupted while waiting for others
     */
    List<Finding> look() throws InterruptedException;
}

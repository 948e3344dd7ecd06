package io.agentctl.bench;

import java.io.IOException;

/** One part of the measurement, which can be chosen by name. */
interface Part {
    /**
     * Measures.
     *
     * @param bench what is measured, and with what
     * @param plan how much
     * @return what was found
     * @throws IOException if something failed that must not fail, a pull above all
     * @throws InterruptedException if interrupted
     */
    Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException;
}

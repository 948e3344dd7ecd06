package io.agentctl.doctor;

import java.util.Optional;

/**
 * What was found at one link of the chain.
 *
 * @param verdict how well it holds
 * @param text what was seen, one line; it may hold what others said
 * @param remedy what to do, a command where one will do; empty if nothing is wrong, or the text says it
 */
public record Finding(Verdict verdict, String text, Optional<String> remedy) {

    /** Returns that something is as it should be. */
    public static Finding ok(String text) {
        return new Finding(Verdict.OK, text, Optional.empty());
    }

    static Finding warning(String text) {
        return new Finding(Verdict.WARNING, text, Optional.empty());
    }

    /** Returns that something does not hold. */
    public static Finding failure(String text) {
        return new Finding(Verdict.FAILURE, text, Optional.empty());
    }

    /**
     * Says what to do.
     *
     * @param what a command, or a sentence
     * @return the finding with that
     */
    Finding mendedBy(String what) {
        return new Finding(verdict, text, Optional.of(what));
    }
}

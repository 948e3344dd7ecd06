package io.agentctl.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param turns of every server
 * @param spacing between two cold pulls
 * @param extent of the single measurements
 */
record Plan(Turns turns, Duration spacing, Extent extent) {

    /**
     * Servers take turns, so that what disturbs the machine disturbs them all.
     *
     * @param rounds how often every server has its turn
     * @param pulls of one turn
     * @param warmUp pulls of every server before the first round; a JVM of ours has compiled what it compiles after some 1,500
     */
    record Turns(int rounds, int pulls, int warmUp) {}

    /**
     * How far the single measurements go.
     *
     * @param starts how often a server is started, at most
     * @param commands how often a short command is run
     * @param settling between a start and the first pull that counts
     * @param idle how long an idle server is watched
     * @param manyPulls pulls after which memory is judged
     * @param bigOutput size of an output that streams, in MiB
     * @param trickle how long an agent writes a byte a second
     * @param thorough whether all keys and compressions have their turn, or only those that budgets speak of
     * @param siteCounts sizes of registries
     * @param clientCounts how many pull at once
     * @param renewals how many certificates are due at once
     */
    record Extent(
            int starts,
            int commands,
            Duration settling,
            Duration idle,
            int manyPulls,
            int bigOutput,
            Duration trickle,
            boolean thorough,
            List<Integer> siteCounts,
            List<Integer> clientCounts,
            List<Integer> renewals) {}

    /** Half an hour at most. */
    static Plan full() {
        return new Plan(
                new Turns(7, 100, 3000),
                Duration.ofMillis(500),
                new Extent(
                        5,
                        20,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(2),
                        10_000,
                        1024,
                        Duration.ofSeconds(30),
                        true,
                        List.of(1, 10, 100, 1000),
                        List.of(1, 8, 16, 32, 64),
                        List.of(125, 250, 500)));
    }

    /** A few minutes: fewer repetitions, smaller loads. */
    static Plan quick() {
        return new Plan(
                new Turns(5, 60, 1500),
                Duration.ofMillis(100),
                new Extent(
                        2,
                        5,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(60),
                        1_000,
                        128,
                        Duration.ofSeconds(3),
                        false,
                        List.of(1, 100),
                        List.of(1, 8, 64),
                        List.of(50)));
    }

    Plan withRounds(int rounds) {
        return new Plan(new Turns(rounds, turns.pulls(), turns.warmUp()), spacing, extent);
    }

    Plan withPulls(int pulls) {
        return new Plan(new Turns(turns.rounds(), pulls, Math.min(turns.warmUp(), pulls)), spacing, extent);
    }

    Plan withSpacing(Duration pause) {
        return new Plan(turns, pause, extent);
    }

    /** Returns how often a server is started. */
    int starts() {
        return Math.min(turns.rounds(), extent.starts());
    }
}

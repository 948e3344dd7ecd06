package io.agentctl.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.race.Operation.Outcome;
import io.agentctl.race.Operation.Verb;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of races is just: it accepts what some order explains, and nothing else. */
class HistoryTest {
    private static final HomeState BOTH = HomeState.NEW.with("h/a", "one").with("h/b", "two");

    @Test
    void acceptsAnyOrderOfWhatOverlaps() {
        History history = of(
                List.of(register("h/a", "one", 0, 10)),
                List.of(new Operation(Verb.DELETE_ALL, "", "", 5, 15, Outcome.DONE)));

        assertThat(history.explains(HomeState.NEW)).isTrue();
        assertThat(history.explains(HomeState.NEW.with("h/a", "one"))).isTrue();
        assertThat(history.explains(HomeState.NEW.with("h/a", "two"))).isFalse();
    }

    @Test
    void keepsTheOrderOfWhatDoesNot() {
        History history = of(
                List.of(register("h/a", "one", 0, 10)),
                List.of(new Operation(Verb.DELETE_ALL, "", "", 11, 15, Outcome.DONE)));

        assertThat(history.explains(HomeState.NEW)).isTrue();
        assertThat(history.explains(HomeState.NEW.with("h/a", "one"))).isFalse();
    }

    @Test
    void seesALostUpdate() {
        History history = of(List.of(register("h/a", "one", 0, 10)), List.of(register("h/b", "two", 0, 10)));

        assertThat(history.explains(BOTH)).isTrue();
        assertThat(history.explains(HomeState.NEW.with("h/a", "one"))).isFalse();
        assertThat(history.explains(HomeState.NEW.with("h/b", "two"))).isFalse();
    }

    @Test
    void seesALostRenewalAndForgivesADaemons() {
        Operation renewal = new Operation(Verb.RENEW, "h/a", "", 20, 30, Outcome.DONE);
        HomeState original = HomeState.NEW.with("h/a", "one");

        assertThat(of(List.of(register("h/a", "one", 0, 10), renewal)).explains(original))
                .isFalse();
        assertThat(of(List.of(register("h/a", "one", 0, 10), renewal)).explains(original.renewed("h/a")))
                .isTrue();
        assertThat(of(List.of(register("h/a", "one", 0, 10))).explains(original.renewed("h/a")))
                .isTrue();
    }

    @Test
    void seesAMarkerThatWasTakenAway() {
        History history = of(
                List.of(
                        register("h/a", "one", 0, 10),
                        new Operation(Verb.ALLOW_LEGACY_PULL, "", "", 20, 30, Outcome.DONE)),
                List.of(
                        new Operation(Verb.RENEW, "h/a", "", 11, 40, Outcome.FAILED),
                        new Operation(Verb.DELETE, "h/a", "", 41, 50, Outcome.FAILED)));

        assertThat(history.explains(HomeState.NEW.cleared(true))).isTrue();
        assertThat(history.explains(HomeState.NEW)).isFalse();
    }

    @Test
    void believesExitStatusesAndDoesNotAskTheDead() {
        Operation killed = new Operation(Verb.DELETE, "h/a", "", 20, 30, Outcome.KILLED);
        Operation failed = new Operation(Verb.DELETE, "h/a", "", 20, 30, Outcome.FAILED);
        HomeState there = HomeState.NEW.with("h/a", "one");

        assertThat(of(List.of(register("h/a", "one", 0, 10), killed)).explains(there))
                .isTrue();
        assertThat(of(List.of(register("h/a", "one", 0, 10), killed)).explains(HomeState.NEW))
                .isTrue();
        assertThat(of(List.of(register("h/a", "one", 0, 10), failed)).explains(there))
                .isFalse();
        assertThat(of(List.of(failed)).explains(HomeState.NEW)).isTrue();
    }

    private static Operation register(String name, String host, long begin, long end) {
        return new Operation(Verb.REGISTER, name, host, begin, end, Outcome.DONE);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the lists are only read
    private static History of(List<Operation>... workers) {
        return new History(Arrays.asList(workers));
    }
}

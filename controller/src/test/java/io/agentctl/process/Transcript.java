package io.agentctl.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.AbstractStringAssert;

/**
 * What a process was called with and what came of it. Failing assertions show it whole.
 *
 * @param arguments the command line, without the program
 * @param stdout all of standard output
 * @param stderr all of standard error
 * @param exitStatus the exit status
 */
public record Transcript(List<String> arguments, String stdout, String stderr, int exitStatus) {

    /** Copies the arguments. */
    public Transcript {
        arguments = List.copyOf(arguments);
    }

    /** Demands exit status 0 and, on stderr, nothing. */
    public Transcript succeeds() {
        exits(0);
        stderrIs("");
        return this;
    }

    /** Demands exit status 1, an empty stdout, and one line on stderr. */
    public Transcript fails(String line) {
        exits(1);
        stdoutIs("");
        return stderrIs(Controller.name() + ": " + line + "\n");
    }

    /** Demands exit status 2, an empty stdout, and on stderr one line and the hint where to read on. */
    public Transcript isMisused(String line, String verb) {
        exits(2);
        stdoutIs("");
        return stderrIs(
                Controller.name() + ": " + line + "\nTry '" + (Controller.name() + " " + verb).strip() + " --help'.\n");
    }

    /** Demands an exit status. */
    public Transcript exits(int status) {
        assertThat(exitStatus).as(this::toString).isEqualTo(status);
        return this;
    }

    /** Demands exactly this standard output. */
    public Transcript stdoutIs(String text) {
        assertStdout().isEqualTo(text);
        return this;
    }

    /** Demands exactly this standard error. */
    public Transcript stderrIs(String text) {
        assertStderr().isEqualTo(text);
        return this;
    }

    /** Asserts about standard output. */
    public AbstractStringAssert<?> assertStdout() {
        return assertThat(stdout).as(this::toString);
    }

    /** Asserts about standard error. */
    public AbstractStringAssert<?> assertStderr() {
        return assertThat(stderr).as(this::toString);
    }

    /** For people. */
    @Override
    public String toString() {
        return "\n$ " + Controller.name() + " " + String.join(" ", arguments) + "\n--- stdout\n" + shortened(stdout)
                + "\n--- stderr\n" + shortened(stderr) + "\n--- exit status " + exitStatus + "\n";
    }

    private static String shortened(String text) {
        int most = 20_000;
        return text.length() <= most ? text : text.substring(0, most) + "… (" + text.length() + " characters)";
    }
}

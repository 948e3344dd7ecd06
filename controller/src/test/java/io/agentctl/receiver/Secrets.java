package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Looks for secrets where none may be. */
final class Secrets {
    private Secrets() {}

    /** Demands that neither an exception nor anything that caused it or was suppressed by it holds a text. */
    static void assertAbsent(Throwable failure, String... secrets) {
        StringWriter everything = new StringWriter();
        failure.printStackTrace(new PrintWriter(everything, true));
        assertThat(everything.toString()).doesNotContain(secrets);
    }
}

package io.agentctl.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;

/** What a command talks to. */
public interface Terminal {

    /** Returns standard output: results, and nothing else. */
    PrintStream out();

    /** Returns standard error: log and errors. */
    PrintStream err();

    /** Returns standard input. */
    InputStream in();

    /** Returns whether a human sees what is written. */
    boolean isInteractive();

    /**
     * Asks a human.
     *
     * @param question the prompt
     * @return the answer, or empty if there is nobody to ask
     */
    Optional<String> ask(String question);

    /**
     * Asks a human for a secret, without echo.
     *
     * @param question the prompt
     * @return the answer, or empty if there is nobody to ask
     */
    Optional<String> askSecretly(String question);
}

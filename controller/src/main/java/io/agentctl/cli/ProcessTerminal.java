package io.agentctl.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;

/** The process's own streams, and its console if it has one. */
public final class ProcessTerminal implements Terminal {

    @Override
    public PrintStream out() {
        return System.out;
    }

    @Override
    public PrintStream err() {
        return System.err;
    }

    @Override
    public InputStream in() {
        return System.in;
    }

    @Override
    public boolean isInteractive() {
        return console().isPresent();
    }

    @Override
    public Optional<String> ask(String question) {
        return console().map(console -> console.readLine("%s", question));
    }

    @Override
    public Optional<String> askSecretly(String question) {
        return console().map(console -> console.readPassword("%s", question)).map(String::new);
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console());
    }
}

package io.agentctl.cli;

/** A command cannot do what it was asked; the message is one line and says what the user can do. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}

package io.agentctl.cli;

import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.Credentials.OneTimeToken;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who vouches for the host: a user of the site, or a token. */
final class CredentialOptions {
    @Mixin
    private PasswordOptions user;

    @Option(
            names = "--ott",
            paramLabel = "TOKEN",
            preprocessor = Verbatim.class,
            converter = Verbatim.class,
            description = "Register with a one-time token instead of user and password.")
    private String token;

    Credentials read(Terminal terminal) throws CommandException {
        if (token == null && !user.isNamed()) {
            throw new CommandException("give the user who may register hosts with --user, or a token with --ott");
        }
        if (token == null) {
            if (!user.isNamed()) {
                throw new CommandException("give the user who may register hosts with --user, or a token with --ott");
            }
            return user.read(terminal);
        }
        if (user.isGiven()) {
            throw new CommandException("--ott stands for user and password: give one or the other");
        }
        try {
            return new OneTimeToken(token);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage());
        }
    }
}

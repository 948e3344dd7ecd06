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
            return user.read(terminal);
        }
        if (user.isGiven()) {
            throw new CommandException("--ott stands for user and password: give one or the other");
        }
        if (!token.matches("[\\x21-\\x7e]+")) {
            // Or it could smuggle in a header of its own.
            throw new CommandException("the one-time token has characters that no token has");
        }
        return new OneTimeToken(token);
    }
}

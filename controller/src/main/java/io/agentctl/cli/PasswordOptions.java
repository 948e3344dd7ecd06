package io.agentctl.cli;

import io.agentctl.receiver.Credentials.UserPassword;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** A user of the site who vouches for the host, with a password from wherever it is safe. */
final class PasswordOptions {
    /** Longest password accepted, in bytes of UTF-8. */
    private static final int MAX_PASSWORD_LENGTH = 4096;

    @Option(
            names = {"-U", "--user"},
            paramLabel = "USER",
            description = "A user of the site who may register hosts.")
    private String user;

    @ArgGroup(exclusive = true)
    private Secret secret = new Secret();

    /** Where the secret comes from: one of these, else the terminal. */
    static final class Secret {
        @Option(
                names = {"-P", "--password"},
                paramLabel = "PASSWORD",
                preprocessor = Verbatim.class,
                converter = Verbatim.class,
                description = {
                    "The user's password. While the command runs, every user of this host can read it in the",
                    "process list: prefer --password-file, --password-stdin, or being asked for it."
                })
        private String password;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Read the password from the first line of a file.")
        private Path passwordFile;

        @Option(names = "--password-stdin", description = "Read the password from the first line of standard input.")
        private boolean passwordStdin;
    }

    /** Whether the user was named. */
    boolean isNamed() {
        return user != null;
    }

    /** Whether any of these options was given. */
    boolean isGiven() {
        return isNamed() || secret.password != null || secret.passwordFile != null || secret.passwordStdin;
    }

    UserPassword read(Terminal terminal) throws CommandException {
        if (user == null) {
            throw new CommandException("give the user who may register hosts with --user");
        }
        if (user.contains(":")) {
            throw new CommandException("'" + user + "' is not a user name: it contains a colon");
        }
        String password = password(terminal);
        if (password.isEmpty()) {
            throw new CommandException("the password of user '" + user + "' is empty");
        }
        return new UserPassword(user, password);
    }

    private String password(Terminal terminal) throws CommandException {
        if (secret.password != null) {
            return secret.password;
        }
        if (secret.passwordFile != null) {
            return fromFile(secret.passwordFile);
        }
        if (secret.passwordStdin) {
            try {
                return firstLine(terminal.in(), "standard input");
            } catch (IOException e) {
                throw new CommandException("cannot read the password from standard input: " + e.getMessage());
            }
        }
        return terminal.askSecretly("Password of user '" + user + "': ")
                .orElseThrow(() -> new CommandException(
                        "there is no terminal to ask for the password: give --password-file or --password-stdin"));
    }

    private static String fromFile(Path file) throws CommandException {
        try (InputStream in = Files.newInputStream(file)) {
            return firstLine(in, file.toString());
        } catch (NoSuchFileException e) {
            throw new CommandException("cannot read the password from " + file + ": no such file");
        } catch (IOException e) {
            throw new CommandException("cannot read the password from " + file + ": permission denied, or not a file");
        }
    }

    private static String firstLine(InputStream in, String source) throws IOException, CommandException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() == MAX_PASSWORD_LENGTH) {
                throw new CommandException("the first line of " + source + " is longer than " + MAX_PASSWORD_LENGTH
                        + " bytes and is no password");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}

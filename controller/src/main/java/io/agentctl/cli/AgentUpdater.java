package io.agentctl.cli;

import io.agentctl.connection.SiteId;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.Credentials.UserPassword;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * The agent updater of commercial sites, a program of its own with a registration of its own. Where it cannot be registered, our
 * registration stands, and a warning says what to run.
 *
 * @param environment where to look for it: the variable {@code PATH}
 */
record AgentUpdater(Map<String, String> environment) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");
    private static final String PROGRAM = "cmk-update-agent";

    void register(SiteId siteId, String hostName, Credentials credentials) throws InterruptedException {
        Optional<Path> program = find();
        if (program.isEmpty()) {
            LOG.warning(() -> "automatic updates were asked for, but " + PROGRAM
                    + " is not installed: install it, then run '" + PROGRAM + " register'");
        } else if (credentials instanceof UserPassword user) {
            register(program.get(), siteId, hostName, user);
        } else {
            LOG.warning(() -> "a one-time token cannot register the agent updater: run '" + PROGRAM
                    + " register' with a user and a password");
        }
    }

    private static void register(Path program, SiteId siteId, String hostName, UserPassword user)
            throws InterruptedException {
        Path secret = null;
        try {
            secret = Files.createTempFile("agent-ctl", ".secret", ownerOnly());
            Files.writeString(secret, user.password(), StandardCharsets.UTF_8);
            List<String> command = List.of(
                    program.toString(),
                    "register",
                    "--server",
                    siteId.server(),
                    "--site",
                    siteId.site(),
                    "--hostname",
                    hostName,
                    "--user",
                    user.user(),
                    "--password-file",
                    secret.toString());
            int status = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
            if (status != 0) {
                LOG.warning(() -> program + " register ended with exit status " + status + ": run it by hand");
            }
        } catch (IOException e) {
            LOG.warning(() -> program + " register could not be run: " + e.getMessage() + "; run it by hand");
        } finally {
            delete(secret);
        }
    }

    private Optional<Path> find() {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static FileAttribute<?>[] ownerOnly() {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }

    private static void delete(Path secret) {
        try {
            if (secret != null) {
                Files.deleteIfExists(secret);
            }
        } catch (IOException e) {
            LOG.warning(() -> "cannot delete " + secret + ", which holds the password: delete it by hand");
        }
    }
}

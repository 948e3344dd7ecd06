package io.agentctl.cli;

import io.agentctl.connection.SiteId;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.receiver.Credentials;
import io.agentctl.receiver.Credentials.UserPassword;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Path STATE = Path.of("/etc/cmk-update-agent.state");

    /** Whether the updater keeps a state, which it does from its registration on. */
    boolean isRegistered() {
        return Files.exists(STATE);
    }

    /**
     * Registers the updater.
     *
     * @param siteId where
     * @param hostName the host's name there; a site that has just met the host tells nobody which it chose
     * @param credentials who vouches for it
     * @throws InterruptedException if interrupted while the updater runs
     */
    void register(SiteId siteId, Optional<String> hostName, Credentials credentials) throws InterruptedException {
        Optional<Path> program = find();
        if (program.isEmpty()) {
            LOG.warning(() -> "automatic updates were asked for, but " + PROGRAM
                    + " is not installed: install it, then run '" + PROGRAM + " register'");
        } else if (credentials instanceof UserPassword user && hostName.isPresent()) {
            register(program.get(), siteId, hostName.get(), user);
        } else {
            LOG.warning(
                    () -> "the agent updater needs the host's name, a user and a password for its registration: run '"
                            + PROGRAM + " register'");
        }
    }

    private static void register(Path program, SiteId siteId, String hostName, UserPassword user)
            throws InterruptedException {
        Path secret = null;
        try {
            secret = Files.createTempFile("agent-ctl", ".secret", OwnerOnly.file(STATE));
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

package io.agentctl.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the controller's files are (protocol.md, section 4).
 *
 * @param directory the home directory, with the registry
 * @param configuration the directory with the files that the operator writes
 * @param isMoved whether the environment names another home, which then has an agent of its own
 */
record Home(Setting<Path> directory, Path configuration, boolean isMoved) {
    private static final String VARIABLE = "DEBUG_HOME_DIR";
    private static final Path SOCKET = Path.of("run", "check-mk-agent.socket");

    /** The launcher has looked for the agent's user and for the single-directory deployment. */
    private static final String HOME_PROPERTY = "agentctl.home";

    private static final String CONFIGURATION_PROPERTY = "agentctl.config";

    static Home locate(Environment environment) throws ConfigException {
        Optional<Setting<String>> named = environment.text(VARIABLE);
        if (named.isPresent()) {
            Setting<String> text = named.get();
            Path home = text.require(VARIABLE, () -> path(text.value()))
                    .toAbsolutePath()
                    .normalize();
            return new Home(new Setting<>(home, text.origin()), home, true);
        }
        Path home = Path.of(System.getProperty(HOME_PROPERTY, defaultDirectory(environment)));
        return new Home(
                Setting.byDefault(home), Path.of(System.getProperty(CONFIGURATION_PROPERTY, home.toString())), false);
    }

    /** Another home has another agent, or tests would reach for the host's. */
    String agentSocket() {
        return "unix:" + (isMoved ? directory.value() : Path.of("/")).resolve(SOCKET);
    }

    private static String defaultDirectory(Environment environment) {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            String programData =
                    environment.text("ProgramData").map(Setting::value).orElse("C:\\ProgramData");
            return Path.of(programData, "checkmk", "agent").toString();
        }
        return "/var/lib/cmk-agent";
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path", e);
        }
    }
}

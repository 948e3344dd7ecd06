package io.agentctl.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the controller's files are (protocol.md, section 4).
 *
 * @param directory the home directory, with the registry
 * @param configuration the directory with the files that the operator writes
 * @param agent the agent as users write it, unless they name another
 */
record Home(Setting<Path> directory, Path configuration, String agent) {
    private static final String VARIABLE = "DEBUG_HOME_DIR";

    /** The launcher has looked for the agent's user and for the single-directory deployment. */
    private static final String HOME_PROPERTY = "agentctl.home";

    private static final String CONFIGURATION_PROPERTY = "agentctl.config";

    static Home locate(Environment environment, Platform platform) throws ConfigException {
        Optional<Setting<String>> named = environment.text(VARIABLE);
        if (named.isPresent()) {
            Setting<String> text = named.get();
            Path home = text.require(VARIABLE, () -> path(text.value()))
                    .toAbsolutePath()
                    .normalize();
            return new Home(new Setting<>(home, text.origin()), home, platform.agent(home));
        }
        Path home = Path.of(
                System.getProperty(HOME_PROPERTY, platform.home(environment).toString()));
        return new Home(
                Setting.byDefault(home),
                Path.of(System.getProperty(CONFIGURATION_PROPERTY, home.toString())),
                platform.agent(Path.of("/")));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path", e);
        }
    }
}

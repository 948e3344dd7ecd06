package io.agentctl.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where the controller's files are (protocol.md, section 4). */
final class Home {
    private static final String VARIABLE = "DEBUG_HOME_DIR";
    private static final Path SOCKET = Path.of("run", "check-mk-agent.socket");

    private Home() {}

    static Setting<Path> locate(Environment environment) throws ConfigException {
        Optional<Setting<String>> named = environment.text(VARIABLE);
        if (named.isPresent()) {
            Setting<String> text = named.get();
            return new Setting<>(
                    text.require(VARIABLE, () -> path(text.value()))
                            .toAbsolutePath()
                            .normalize(),
                    text.origin());
        }
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            String programData =
                    environment.text("ProgramData").map(Setting::value).orElse("C:\\ProgramData");
            return Setting.byDefault(Path.of(programData, "checkmk", "agent"));
        }
        return Setting.byDefault(Path.of("/var/lib/cmk-agent"));
    }

    /** Another home has another agent, or tests would reach for the host's. */
    static String agentSocket(Setting<Path> home) {
        Path root = home.origin().endsWith(VARIABLE) ? home.value() : Path.of("/");
        return "unix:" + root.resolve(SOCKET);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path", e);
        }
    }
}

package io.agentctl.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The configuration file as anybody may have written it. */
public final class ConfigFuzz {
    private static final Path FILE = Path.of("cmk-agent-ctl.toml");

    private ConfigFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return;
        }
        try {
            ConfigFile file = new ConfigFile(FILE, "", Toml.parse(FILE, text));
            DoorSettings.of(file);
            TrustSettings.of(file);
            AuditSettings.of(file);
            file.texts("allowed_ip");
            file.bool("warm_up");
            file.integer("pull_port", 1, 65_535);
            file.text("agent");
        } catch (ConfigException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError(e);
            }
        }
    }
}

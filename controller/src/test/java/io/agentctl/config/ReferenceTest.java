package io.agentctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference of the settings: what it says is what holds. */
class ReferenceTest {
    @TempDir
    private Path home;

    @Test
    void theDocumentIsMadeOfTheCode() throws Exception {
        String table = Settings.keys().stream()
                .map(key -> "| `" + key.name() + "` | "
                        + (key.byDefault().isEmpty() ? "" : "`" + key.byDefault() + "`") + " | " + key.form() + " | "
                        + key.meaning() + " |")
                .collect(Collectors.joining("\n"));

        assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
                .contains("\n| key | default | form | meaning |\n| --- | --- | --- | --- |\n" + table + "\n\n");
    }

    @Test
    void theDefaultsAreThoseThatHold() throws Exception {
        Settings untouched = load("");
        Settings spelt = load(Settings.keys().stream()
                .filter(key -> !key.byDefault().isEmpty() && !key.name().equals("agent"))
                .map(key -> key.name() + " = " + key.byDefault())
                .collect(Collectors.joining("\n")));

        assertThat(spelt.unknownKeys()).isEmpty();
        List<Function<Settings, Object>> values = List.of(
                settings -> settings.agent().value(),
                settings -> settings.pullPort().value(),
                settings -> settings.allowedIp().value(),
                settings -> settings.compression().value(),
                settings -> settings.tlsProvider().value(),
                settings -> settings.warmUp().value(),
                settings -> settings.keyType().value(),
                settings -> settings.keyStorage().value(),
                settings -> settings.detectProxy().value(),
                settings -> settings.validateApiCert().value(),
                settings -> settings.strictPermissions().value(),
                settings -> settings.updaterRegistration().value(),
                settings -> settings.door().listen().value(),
                settings -> settings.door().maxConnections().value(),
                settings -> settings.door().maxAgentRuns().value(),
                settings -> settings.door().maxFailedHandshakes().value(),
                settings -> settings.door().trustedProxies(),
                settings -> settings.trust().tls().value(),
                settings -> settings.trust().crlFailsClosed().value(),
                settings -> settings.audit().destination().value(),
                settings -> settings.audit().fileSize().value(),
                settings -> settings.audit().files().value(),
                settings -> settings.metrics());
        assertThat(values).allSatisfy(value -> assertThat(value.apply(spelt)).isEqualTo(value.apply(untouched)));
    }

    @Test
    void theFileThatPackagesBringNamesEveryDefault() throws Exception {
        String file =
                Files.readString(Path.of("..", "installer", "src", "main", "dist", "setup", "cmk-agent-ctl.toml"));

        assertThat(Settings.keys())
                .filteredOn(key -> !key.byDefault().isEmpty())
                .filteredOn(key -> !key.name().equals("crl_expired"))
                .allSatisfy(key -> assertThat(file).contains("\n#" + key.name() + " = " + key.byDefault() + "\n"));
    }

    private Settings load(String text) throws Exception {
        Files.writeString(home.resolve("cmk-agent-ctl.toml"), text + "\n");
        return Settings.load(Map.of("DEBUG_HOME_DIR", home.toString()), Overrides.NONE);
    }
}

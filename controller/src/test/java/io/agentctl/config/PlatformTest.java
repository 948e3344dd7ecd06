package io.agentctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.agent.AgentSource;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Windows has its home directory and its agent; it is injected here, the tests run elsewhere. */
class PlatformTest {
    @TempDir
    private Path programData;

    @ParameterizedTest
    @CsvSource({
        "Windows 11, WINDOWS",
        "Windows Server 2022, WINDOWS",
        "Linux, POSIX",
        "Mac OS X, POSIX",
        "Darwin, POSIX",
        "AIX, POSIX",
    })
    void knowsThemByTheirNames(String name, Platform platform) {
        assertThat(Platform.named(name)).isEqualTo(platform);
    }

    @Test
    void hasWindowsHomeAndAgentWhereCheckmkHasThem() throws Exception {
        Settings settings =
                Settings.load(Map.of("ProgramData", programData.toString()), Overrides.NONE, Platform.WINDOWS);

        Path home = programData.resolve("checkmk").resolve("agent");
        assertThat(settings.home()).isEqualTo(new Setting<>(home, "default"));
        assertThat(settings.file()).isEqualTo(home.resolve("cmk-agent-ctl.toml"));
        assertThat(settings.agent())
                .isEqualTo(new Setting<>(
                        AgentSource.parse("tcp:localhost:28250", AgentSource.DEFAULT_PATIENCE), "default"));
    }

    @Test
    void hasWindowsHomeInItsUsualPlaceWhereTheEnvironmentSaysNothing() {
        assertThat(Platform.WINDOWS.home(new Environment(Map.of())))
                .isEqualTo(Path.of("C:\\ProgramData", "checkmk", "agent"));
    }

    @Test
    void leavesWindowsAgentAloneWhenTheHomeMoves() throws Exception {
        Settings settings =
                Settings.load(Map.of("DEBUG_HOME_DIR", programData.toString()), Overrides.NONE, Platform.WINDOWS);

        assertThat(settings.home()).isEqualTo(new Setting<>(programData, "environment variable DEBUG_HOME_DIR"));
        assertThat(settings.agent().value().description()).isEqualTo("tcp:localhost:28250");
    }
}

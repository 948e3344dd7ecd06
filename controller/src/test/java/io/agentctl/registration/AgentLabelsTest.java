package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Under which labels a host introduces itself. */
class AgentLabelsTest {

    @Test
    void namesHostAndSystem() {
        assertThat(AgentLabels.of(Map.of()))
                .containsOnlyKeys("cmk/hostname-simple", "cmk/os-family")
                .containsEntry("cmk/os-family", AgentLabels.osFamily(System.getProperty("os.name")))
                .hasEntrySatisfying(
                        "cmk/hostname-simple",
                        name -> assertThat(name).isNotBlank().doesNotContainAnyWhitespaces());
    }

    @Test
    void namesALinuxHostAsItsKernelDoes() throws Exception {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        Assumptions.assumeTrue(Files.isReadable(kernel), "this is no Linux");

        assertThat(AgentLabels.of(Map.of()))
                .containsEntry("cmk/hostname-simple", Files.readString(kernel).strip());
    }

    @Test
    void addsTheOperatorsLabels() {
        Map<String, String> further = new LinkedHashMap<>();
        further.put("role", "web");
        further.put("rack", "7");

        assertThat(AgentLabels.of(further).keySet())
                .containsExactly("cmk/hostname-simple", "cmk/os-family", "role", "rack");
    }

    @Test
    void letsTheOperatorOverrideWhatItFoundOut() {
        assertThat(AgentLabels.of(Map.of("cmk/hostname-simple", "web1", "cmk/os-family", "plan9")))
                .isEqualTo(Map.of("cmk/hostname-simple", "web1", "cmk/os-family", "plan9"));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, linux",
        "Windows 11, windows",
        "Windows Server 2022, windows",
        "Mac OS X, macos",
        "FreeBSD, freebsd",
        "OpenBSD, openbsd",
        "SunOS, sunos",
        "AIX, aix"
    })
    void knowsTheFamilyOfEverySystem(String osName, String family) {
        assertThat(AgentLabels.osFamily(osName)).isEqualTo(family);
    }
}

package io.agentctl.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NativeExecutableTest {
    /** Surefire runs in the module's folder. */
    private static final Path OPTIONS = Path.of("..", "installer", "src", "main", "lib", "jvm");

    @Test
    void setsWhatTheDaemonsOptionsSetForAJvm() throws Exception {
        assertThat(NativeExecutable.DAEMON_OPTIONS).isEqualTo(properties("daemon.options"));
    }

    @Test
    void noOtherFileSetsProperties() throws Exception {
        for (String file : new String[] {"all.options", "brief.options", "java-23.options", "java-25.options"}) {
            assertThat(properties(file)).as(file).isEmpty();
        }
    }

    private static Map<String, String> properties(String file) throws IOException {
        return Files.readAllLines(OPTIONS.resolve(file)).stream()
                .filter(line -> line.startsWith("-D"))
                .map(line -> line.substring(2).split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
}

package io.agentctl.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandWordsTest {

    @Test
    void propertiesComeFirst() {
        CommandWords line =
                CommandWords.of("-Dagentctl.home=/a=b", "-Dagentctl.command=x", "-Dempty", "status", "--json");

        assertThat(line.properties())
                .containsOnly(
                        Map.entry("agentctl.home", "/a=b"), Map.entry("agentctl.command", "x"), Map.entry("empty", ""));
        assertThat(line.words()).containsExactly("status", "--json");
    }

    @Test
    void whatTheUserSaysIsNoProperty() {
        CommandWords line = CommandWords.of("register", "-P", "-Dsecret=1", "-XX:x");

        assertThat(line.properties()).isEmpty();
        assertThat(line.words()).containsExactly("register", "-P", "-Dsecret=1", "-XX:x");
    }

    @Test
    void nothingAtAll() {
        CommandWords line = CommandWords.of();

        assertThat(line.properties()).isEmpty();
        assertThat(line.words()).isEmpty();
    }

    @Test
    void whatIsTakenIsSet() {
        String name = "agentctl.test." + getClass().getSimpleName();
        try {
            assertThat(CommandWords.of("-D" + name + "=value", "status").taken())
                    .containsExactly("status");
            assertThat(System.getProperty(name)).isEqualTo("value");
        } finally {
            System.clearProperty(name);
        }
    }
}

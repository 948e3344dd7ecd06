package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.site.SimulatedSite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents ask at every run has to be cheap: nothing is loaded that only talks to sites. */
class LeanStartTest {
    private static final Pattern HEAVY = Pattern.compile(
            ".*\\b(javax\\.net\\.ssl\\.|sun\\.security\\.ssl\\.|org\\.bouncycastle\\.|io\\.netty\\.|java\\.net\\.http\\.|sun\\.security\\.pkcs11\\.|io\\.agentctl\\.pki\\.Token).*");

    private static final String MANUAL = "io.agentctl.cli.manual.";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--version", "status --json --no-query-remote"})
    void loadsNothingThatTalksToSites(String command) throws Exception {
        assertThat(loadedBy(command)).noneMatch(line -> HEAVY.matcher(line).matches());
    }

    /** Or the test above might look in the wrong place. */
    @Test
    void wouldTell() throws Exception {
        assertThat(loadedBy("status --json"))
                .anyMatch(line -> HEAVY.matcher(line).matches());
    }

    @Test
    void loadsNothingThatOnlyTellsOfCommands() throws Exception {
        assertThat(loadedBy("status --json"))
                .anyMatch(line -> line.contains("io.agentctl.cli.HelpCommand"))
                .noneMatch(line -> line.contains(MANUAL));
    }

    @Test
    void wouldTellOfThatAsWell() throws Exception {
        assertThat(loadedBy("help errors")).anyMatch(line -> line.contains(MANUAL));
    }

    private List<String> loadedBy(String command) throws Exception {
        assumeFalse(Controller.isNative(), "a native executable loads no classes");
        Path log = folder.resolve("classes");
        String tracing = "-Xlog:class+load=info:file=" + log;
        try (MonitoredHost host = new MonitoredHost(folder);
                SimulatedSite second = new SimulatedSite("second", Clock.systemUTC())) {
            host.enroll("web1", ConnectionMode.PULL);
            new ConnectionRegistry(host.controller().home())
                    .update(present -> present.with(second.enroll("web1", ConnectionMode.PUSH)));
            host.controller()
                    .configured("allowed_ip = [\"10.0.0.0/8\"]", "updater_registration = \"keep\"")
                    .with("AGENT_CTL_JAVA_OPTS", tracing)
                    .run(command.split(" ", -1))
                    .exits(0);
        }
        // A launcher may have answered without any JVM.
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }
}

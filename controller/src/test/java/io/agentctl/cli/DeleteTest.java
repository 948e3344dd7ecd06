package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to get rid of connections. */
class DeleteTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Path marker;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
        marker = controller.home().resolve("allow-legacy-pull");
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void deletesBySite() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);

        controller.run("delete", "localhost/prod").succeeds().stdoutIs("");

        assertThat(host.registry().connections()).isEmpty();
        assertThat(marker).doesNotExist();
    }

    @Test
    void deletesByUuid() throws Exception {
        Connection connection = host.enroll("web2", ConnectionMode.PUSH);

        controller.run("delete", connection.uuid().toString()).succeeds();

        assertThat(host.registry().connections()).isEmpty();
    }

    @Test
    void doesNotKnowWhatIsNotThere() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        String before = Files.readString(controller.registryFile());
        Files.createFile(marker);

        for (String name :
                new String[] {"localhost/test", "prod", UUID.randomUUID().toString()}) {
            controller
                    .run("delete", name)
                    .fails("there is no connection '" + name + "': 'status' lists those there are");
        }

        assertThat(Files.readString(controller.registryFile())).isEqualTo(before);
        assertThat(marker).exists();
    }

    @Test
    void deletesAll() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);

        controller.run("delete-all").succeeds().stdoutIs("");

        assertThat(host.registry().isEmpty()).isTrue();
        assertThat(marker).doesNotExist();
    }

    @Test
    void deletesAllAndAllowsLegacyPull() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);

        controller.run("delete-all", "--enable-insecure-connections").succeeds().stdoutIs("");

        assertThat(host.registry().isEmpty()).isTrue();
        assertThat(marker).exists();
    }

    /** As packages call it at their first installation. */
    @Test
    void allowsLegacyPullWhereNothingIsYet() throws Exception {
        Controller fresh = Controller.at(folder.resolve("fresh"));

        fresh.run("delete-all", "--enable-insecure-connections").succeeds();

        assertThat(fresh.home().resolve("allow-legacy-pull")).exists();
    }

    @Test
    void leavesARegistryThatItCannotUnderstand() throws Exception {
        controller.writeRegistry("{\"pull\": ");

        for (String[] command : new String[][] {
            {"delete", "localhost/prod"}, {"delete-all"}, {"delete-all", "--enable-insecure-connections"}
        }) {
            controller
                    .run(command)
                    .exits(1)
                    .stdoutIs("")
                    .assertStderr()
                    .endsWith("; repair it or move it away, it is left as it is\n")
                    .hasLineCount(1);
        }

        assertThat(Files.readString(controller.registryFile())).isEqualTo("{\"pull\": ");
        assertThat(marker).doesNotExist();
    }
}

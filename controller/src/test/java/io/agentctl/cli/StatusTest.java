package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.Version;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host says of itself, to people, to the site and to scripts. */
class StatusTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        controller = host.controller();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** Scripts look for the last part, literally; the agent makes this very call in every run, so it must not start an agent. */
    @Test
    void isOneLineOfCompactJson() throws Exception {
        controller
                .run("status", "--json", "--no-query-remote")
                .succeeds()
                .stdoutIs("{\"version\":\"" + Version.current() + "\",\"agent_socket_operational\":true,"
                        + "\"ip_allowlist\":[],\"allow_legacy_pull\":false,\"connections\":[]}\n");

        assertThat(host.agent().requesters()).isEmpty();
    }

    @Test
    void tellsHostsWithoutConnections() throws Exception {
        Files.createFile(controller.home().resolve("allow-legacy-pull"));
        controller.configured("allowed_ip = [\"192.168.1.0/24\", \"::1\", \"nonsense\"]");
        host.agent().close();
        Files.delete(controller.home().resolve("run").resolve("check-mk-agent.socket"));

        controller.run("status").succeeds().stdoutIs("""
                Version: %s
                Agent socket: inoperational (!!)
                IP allowlist: 192.168.1.0/24 ::1 nonsense
                Legacy pull: allowed, anyone who may connect reads the agent's output in the clear (!!)


                No connections
                """.formatted(Version.current()));
        controller
                .run("status", "--json")
                .succeeds()
                .stdoutIs("{\"version\":\"" + Version.current() + "\",\"agent_socket_operational\":false,"
                        + "\"ip_allowlist\":[\"192.168.1.0/24\",\"::1\",\"nonsense\"],\"allow_legacy_pull\":true,"
                        + "\"connections\":[]}\n");
    }

    @Test
    void asksTheSite() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);

        controller
                .run("status")
                .succeeds()
                .assertStdout()
                .startsWith("""
                        Version: %s
                        Agent socket: operational
                        IP allowlist: any
                        Pull port: open to anyone who reaches it, see allowed_ip and listen (!!)


                        Connection: localhost/prod
                        \tUUID: %s
                        \tLocal:
                        \t\tConnection mode: pull-agent
                        \t\tConnecting to receiver port: %d
                        """.formatted(
                        Version.current(), connection.uuid(), host.site().receiverPort()))
                .endsWith("""
                        \tRemote:
                        \t\tConnection mode: pull-agent
                        \t\tHostname: web1
                        """);
        controller
                .run("status", "--json")
                .succeeds()
                .assertStdout()
                .contains("\"remote\":{\"status\":\"Registered\",\"hostname\":\"web1\","
                        + "\"connection_mode\":\"pull-agent\"}")
                .hasLineCount(1);
    }

    @Test
    void leavesTheSiteAloneIfTold() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);

        controller
                .run("status", "--json", "--no-query-remote")
                .succeeds()
                .assertStdout()
                .contains("\"remote\":\"remote_query_disabled\"")
                .hasLineCount(1);
        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void goesOnWhereTheSiteIsDown() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);
        host.site().close();

        controller
                .run("status")
                .succeeds()
                .assertStdout()
                .endsWith("\tRemote: cannot reach " + host.server()
                        + ": connection refused; is the site running, and is this its agent receiver's port? (!!)\n");
        controller
                .run("status", "--json")
                .succeeds()
                .assertStdout()
                .contains("\"remote\":{\"error\":\"cannot reach " + host.server())
                .hasLineCount(1);
    }

    /** Agents run with the language C; a host's name need not be ASCII. */
    @Test
    void speaksUtf8InAnyLanguage() throws Exception {
        Connection connection = host.enroll("web1", ConnectionMode.PULL);
        host.site().roster().register(connection.uuid(), "wärmepumpe", ConnectionMode.PULL);

        Controller plain = controller.with("LC_ALL", "C");

        plain.run("status").succeeds().assertStdout().contains("Hostname: wärmepumpe\n");
        String line = plain.run("status", "--json").succeeds().stdout();
        assertThat(JSON.std.mapFrom(line).toString()).contains("hostname=wärmepumpe");
    }

    @Test
    void mentionsSettingsThatItDoesNotKnow() throws Exception {
        controller.configured("allowed_ips = [\"::1\"]", "pull_port = 6557");

        controller
                .run("status", "--json", "--no-query-remote")
                .exits(0)
                .stdoutIs("{\"version\":\"" + Version.current() + "\",\"agent_socket_operational\":true,"
                        + "\"ip_allowlist\":[],\"allow_legacy_pull\":false,\"connections\":[]}\n")
                .assertStderr()
                .matches("\\S+ WARN config: \\Q" + controller.home().resolve("cmk-agent-ctl.toml")
                        + ": unknown settings are ignored: allowed_ips\\E\n");
    }

    @Test
    void refusesAConfigurationThatIsNoToml() throws Exception {
        controller.configured("pull_port = ");

        controller
                .run("status", "--json")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": " + controller.home().resolve("cmk-agent-ctl.toml") + ":")
                .hasLineCount(1);
    }

    @Test
    void refusesASettingThatCannotBe() throws Exception {
        controller.configured("allowed_ip = \"::1\"");

        controller
                .run("status", "--json")
                .fails(controller.home().resolve("cmk-agent-ctl.toml")
                        + ": allowed_ip must be a list of texts in quotation marks");
    }

    @Test
    void refusesAnAgentThatIsNone() throws Exception {
        controller
                .run("status", "--agent", "socket")
                .fails("option --agent: 'socket' is not an agent: expected unix:PATH, tcp:HOST:PORT or exec:COMMAND");
    }

    @Test
    void refusesARegistryThatItCannotUnderstand() throws Exception {
        Files.writeString(controller.registryFile(), "{");

        controller
                .run("status", "--json")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": cannot understand " + controller.registryFile() + ": ")
                .hasLineCount(1);
    }
}

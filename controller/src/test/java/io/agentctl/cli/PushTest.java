package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One push on the command line. */
class PushTest {
    @TempDir
    private Path folder;

    private MonitoredHost host;
    private SimulatedSite second;

    @BeforeEach
    void start() throws IOException {
        host = new MonitoredHost(folder);
        second = new SimulatedSite("second", Clock.systemUTC());
    }

    @AfterEach
    void stop() throws IOException {
        second.close();
        host.close();
    }

    @Test
    void sendsOneOutputToAllSitesThatWantIt() throws Exception {
        Connection toFirst = host.enroll("web2", ConnectionMode.PUSH);
        Connection toSecond = enrollAtSecond();

        host.controller().run("push").succeeds().stdoutIs("");

        assertThat(host.site().roster().delivered(toFirst.uuid())).containsExactly(MonitoredHost.OUTPUT);
        assertThat(second.roster().delivered(toSecond.uuid())).containsExactly(MonitoredHost.OUTPUT);
        assertThat(host.agent().requesters()).containsExactly("");
    }

    @Test
    void tellsOnOneLineWhichSiteFailed() throws Exception {
        Connection toFirst = host.enroll("web2", ConnectionMode.PUSH);
        Connection toSecond = enrollAtSecond();
        host.site().fault(Endpoint.AGENT_DATA, Fault.html(500));

        host.controller()
                .run("push")
                .fails("push to localhost/prod: the agent receiver at "
                        + host.site().address() + " refused to take data of " + toFirst.uuid()
                        + " (HTTP status 500); the site's log of its agent receiver tells more");

        assertThat(second.roster().delivered(toSecond.uuid())).containsExactly(MonitoredHost.OUTPUT);
        assertThat(host.site().requests(Endpoint.AGENT_DATA)).hasSize(1);
    }

    @Test
    void tellsOnOneLineThatAllSitesFailed() throws Exception {
        Connection toFirst = host.enroll("web2", ConnectionMode.PUSH);
        enrollAtSecond();
        host.site().roster().forget(toFirst.uuid());
        second.close();

        host.controller()
                .run("push")
                .fails("push to localhost/prod: the agent receiver at "
                        + host.site().address() + " refused to take data of " + toFirst.uuid()
                        + " (HTTP status 403): Host is not registered.; does the user have the permission, and is the"
                        + " host's configuration active at the site?; push to localhost/second: cannot reach localhost:"
                        + second.receiverPort()
                        + ": connection refused; is the site running, and is this its agent receiver's port?");
    }

    @Test
    void doesNothingForSitesThatPull() throws Exception {
        host.enroll("web1", ConnectionMode.PULL);

        host.controller().run("push").succeeds().stdoutIs("");

        assertThat(host.agent().requesters()).isEmpty();
        assertThat(host.site().requests()).isEmpty();
    }

    @Test
    void sendsNoPartOfAnAgentsOutput() throws Exception {
        host.enroll("web2", ConnectionMode.PUSH);

        host.controller()
                .run("push", "--agent", "exec:echo '<<<check_mk>>>'; exit 7")
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": push to localhost/prod: the agent ")
                .contains("exit status 7")
                .hasLineCount(1);

        assertThat(host.site().requests()).isEmpty();
    }

    /** Sites know no other form of push, whatever the pulls of this host look like. */
    @Test
    void compressesEvenWherePullsAreNotToBeCompressed() throws Exception {
        Connection connection = host.enroll("web2", ConnectionMode.PUSH);

        host.controller().configured("compression = 0").run("push").succeeds();

        assertThat(host.site().roster().delivered(connection.uuid())).containsExactly(MonitoredHost.OUTPUT);
    }

    @Test
    void takesTheOutputOfAnotherAgent() throws Exception {
        Connection connection = host.enroll("web2", ConnectionMode.PUSH);

        host.controller().run("push", "--agent", "exec:echo '<<<check_mk>>>'").succeeds();

        assertThat(host.site().roster().delivered(connection.uuid())).containsExactly("<<<check_mk>>>\n");
    }

    private Connection enrollAtSecond() throws IOException {
        Connection connection = second.enroll("web2", ConnectionMode.PUSH);
        new ConnectionRegistry(host.controller().home()).update(present -> present.with(connection));
        return connection;
    }
}

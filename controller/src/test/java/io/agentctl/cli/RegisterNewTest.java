package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.TestCa;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.Transcript;
import io.agentctl.site.Decision;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that introduces itself on the command line. */
class RegisterNewTest {
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

    @Test
    void introducesItselfByItsLabels() throws Exception {
        registerNew("--agent-labels", "role:web", "--agent-labels", "url:http://web1:80/", "--agent-labels=rack:7")
                .succeeds()
                .stdoutIs("Registration complete.\n");

        Connection connection = host.registry().find("localhost/prod").orElseThrow();
        assertThat(connection.kind()).isEqualTo(Connection.Kind.PULL);
        assertThat(connection.rootCert()).isEqualTo(host.site().ca().pem());
        assertThat(host.site().roster().registration(connection.uuid())).isPresent();
        assertThat(host.site().roster().request(connection.uuid()).orElseThrow().labels())
                .containsOnlyKeys("cmk/hostname-simple", "cmk/os-family", "role", "url", "rack")
                .containsEntry("role", "web")
                .containsEntry("url", "http://web1:80/")
                .containsEntry("rack", "7");
        assertThat(host.site().requests(Endpoint.REGISTER_NEW_ONGOING)).hasSize(1);
    }

    @Test
    void overridesWhatItFoundOutAboutItself() throws Exception {
        registerNew("--agent-labels", "cmk/os-family:plan9").succeeds();

        Connection connection = host.registry().find("localhost/prod").orElseThrow();
        assertThat(host.site().roster().request(connection.uuid()).orElseThrow().labels())
                .containsEntry("cmk/os-family", "plan9");
    }

    @Test
    void becomesAHostThatPushes() throws Exception {
        host.site().roster().anyHost(ConnectionMode.PUSH);

        registerNew().succeeds().stdoutIs("Registration complete.\n");

        assertThat(host.registry().ofKind(Connection.Kind.PUSH)).hasSize(1);
    }

    @Test
    void isDeclined() throws Exception {
        host.site().roster().decide(Decision.declined("no rule for\nhosts \u001b[31mlike you"));

        registerNew().fails("the site localhost/prod declined this host: no rule for hosts  [31mlike you");

        assertThat(controller.registryFile()).doesNotExist();
    }

    @Test
    void isToldThatTheEditionDoesNotOfferIt() throws Exception {
        host.site()
                .fault(Endpoint.REGISTER_NEW, Fault.detail(501, "The Checkmk Raw edition cannot register new hosts"));

        registerNew()
                .fails("the agent receiver at " + host.site().address() + " refused to register a new host for user"
                        + " 'automation' (HTTP status 501): The Checkmk Raw edition cannot register new hosts; the"
                        + " site's edition does not offer this");

        assertThat(controller.registryFile()).doesNotExist();
    }

    @Test
    void givesThePasswordToNobodyElseOnceItKnowsTheRoot() throws Exception {
        host.site().fault(Endpoint.REGISTER_NEW, (exchange, proper) -> {
            host.site().serverIdentity(TestCa.ofSite("prod", Clock.systemUTC()).site("prod"));
            proper.handle(exchange);
        });

        registerNew()
                .exits(1)
                .stdoutIs("")
                .assertStderr()
                .startsWith(Controller.name() + ": localhost:" + host.site().receiverPort() + " is not trusted: ")
                .hasLineCount(1);

        assertThat(host.site().requests(Endpoint.REGISTER_NEW_ONGOING)).isEmpty();
        assertThat(controller.registryFile()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"role", ":web", "role:", ":", ""})
    void refusesALabelThatIsNone(String label) throws Exception {
        registerNew("--agent-labels=" + label)
                .isMisused("'" + label + "' is not a label: expected KEY:VALUE, such as role:web", "register-new");

        assertThat(host.site().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--ott", "--hostname"})
    void hasNoUseForTheOptionsOfRegister(String option) throws Exception {
        registerNew(option, "x").isMisused("unknown option '" + option + "'", "register-new");
    }

    private Transcript registerNew(String... more) throws IOException, InterruptedException {
        return controller.run(host.registeringNew(more));
    }
}

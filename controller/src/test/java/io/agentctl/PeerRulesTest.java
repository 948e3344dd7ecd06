package io.agentctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.OpensslCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import io.agentctl.site.Pull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator demands of sites beyond their root: who alone may come, who was taken back, and which TLS; with both TLS stacks. */
@ParameterizedClass(name = "tls_provider = {0}")
@ValueSource(strings = {"jdk", "auto"})
class PeerRulesTest {
    @TempDir
    private Path folder;

    @Parameter
    private String provider;

    private MonitoredHost host;
    private Controller controller;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        host = new MonitoredHost(folder);
        controller = host.controller();
        connection = host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void anotherSiteUnderTheSameCaIsNotServed() throws Exception {
        configured("[connections.\"localhost/prod\"]", "allowed_peers = [\"prod\"]");
        Issued other = host.site().ca().site("other");
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();

            assertThat(pull(port, host.site().certificate()).isComplete()).isTrue();
            assertThat(pull(port, other).isComplete()).isFalse();
            daemon.awaitOnStderr(" INFO pull: refused 127.0.0.1: the certificate 'CN=other' of the fetcher is not among"
                    + " allowed_peers of localhost/prod (prod); its own are cert-sha256:");
            assertThat(host.agent().requesters()).hasSize(1);
        }
    }

    @Test
    void anotherAgentReceiverUnderTheSameCaIsNotBelieved() throws Exception {
        configured(
                "[connections.\"" + connection.uuid() + "\"]",
                "allowed_peers = [\"key-sha256:" + "00".repeat(32) + "\"]");

        controller
                .run("renew-certificate", "localhost/prod")
                .exits(1)
                .assertStderr()
                .contains(
                        " is not trusted: the certificate 'CN=prod' of the agent receiver is not among allowed_peers");
        assertThat(host.registry().connections()).containsExactly(connection);
    }

    @Test
    void nobodyElseIsRegisteredWith() throws Exception {
        configured("[connections.\"localhost/prod\"]", "allowed_peers = [\"somebody\"]");

        host.register()
                .exits(1)
                .assertStderr()
                .contains(
                        " is not trusted: the certificate 'CN=prod' of the agent receiver is not among allowed_peers of localhost/prod (somebody)");
        assertThat(host.registry().connections()).containsExactly(connection);
    }

    @Test
    void warnsOfRulesThatConcernNobody() throws Exception {
        configured("[connections.\"localhost/pord\"]", "allowed_peers = [\"prod\"]", "allowed_piers = [\"x\"]");
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            daemon.awaitPort();

            daemon.awaitOnStderr(" WARN daemon: " + controller.home().resolve("cmk-agent-ctl.toml")
                    + ": there is no connection 'localhost/pord', so its allowed_peers concern nobody yet");
            daemon.awaitOnStderr("unknown settings are ignored: connections.\"localhost/pord\".allowed_piers");
        }
        controller
                .configured("[connections.\"localhost/prod\"]", "allowed_peers = []")
                .run("status", "--no-query-remote")
                .fails(
                        controller.home().resolve("cmk-agent-ctl.toml")
                                + ": connections.\"localhost/prod\".allowed_peers is empty, which would admit nobody; without it the site is admitted by its CA alone");
    }

    @Test
    void whoWasTakenBackIsNotServedFromThenOn() throws Exception {
        assumeTrue(OpensslCa.isAvailable(), "openssl is not installed");
        OpensslCa openssl = new OpensslCa(folder.resolve("ca"), host.site().ca());
        Path list = Files.writeString(folder.resolve("crl.pem"), openssl.list(30));
        configured("crl_file = \"" + list + "\"");
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(pull(port, host.site().certificate()).isComplete()).isTrue();

            Path next = Files.writeString(
                    folder.resolve("next.pem"),
                    openssl.list(30, host.site().certificate().certificate()));
            Files.move(next, list, StandardCopyOption.REPLACE_EXISTING);

            assertThat(pull(port, host.site().certificate()).isComplete()).isFalse();
            daemon.awaitOnStderr(
                    " INFO pull: refused 127.0.0.1: the certificate 'CN=prod' of the fetcher was revoked by"
                            + " 'CN=Site 'prod' local CA' at 2024-01-01T00:00:00Z");
        }
        controller
                .run("renew-certificate", "localhost/prod")
                .exits(1)
                .assertStderr()
                .contains(" is not trusted: the certificate 'CN=prod' of the agent receiver was revoked by");
    }

    @Test
    void oldTlsIsRefusedWhereThatIsWanted() throws Exception {
        configured("min_tls = \"1.3\"");
        try (RunningController daemon = controller.start("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();

            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .speaking("TLSv1.2")
                            .pull(MonitoredHost.at(port))
                            .isComplete())
                    .isFalse();
            assertThat(host.site()
                            .fetcher(connection.uuid())
                            .speaking("TLSv1.3")
                            .pull(MonitoredHost.at(port))
                            .isComplete())
                    .isTrue();
        }
        // The simulated agent receiver has both versions.
        controller.run("renew-certificate", "localhost/prod").exits(0);
        configured("min_tls = \"1.1\"");
        controller
                .run("status", "--no-query-remote")
                .fails("file " + controller.home().resolve("cmk-agent-ctl.toml")
                        + ": min_tls: '1.1' is neither 1.2 nor 1.3");
    }

    private void configured(String... lines) throws IOException {
        String[] all = new String[lines.length + 2];
        all[0] = "tls_provider = \"" + provider + "\"";
        all[1] = "warm_up = false";
        System.arraycopy(lines, 0, all, 2, lines.length);
        controller.configured(all);
    }

    private Pull pull(int port, Issued site) throws IOException {
        return host.site().fetcher(connection.uuid()).as(site).pull(MonitoredHost.at(port));
    }
}

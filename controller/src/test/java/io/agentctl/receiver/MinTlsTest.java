package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An agent receiver that knows TLS 1.2 and no more, or a suite that we do not speak. */
class MinTlsTest {
    private static final PeerCheck ANYONE = (presented, peer) -> {};

    private SSLServerSocket server;

    private void serve(String... suites) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(
                new KeyManager[] {
                    new TlsIdentity(TestCa.ofSite("prod", Clock.systemUTC())
                            .site("prod")
                            .identity())
                },
                null,
                null);
        server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        server.setEnabledProtocols(new String[] {"TLSv1.2"});
        server.setEnabledCipherSuites(suites);
        Thread accepting = new Thread(this::accept, "old receiver");
        accepting.setDaemon(true);
        accepting.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void isTalkedToUnlessTheOperatorForbidsThat() throws Exception {
        serve("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");

        assertThat(receiver(TlsPolicy.SINCE_1_2).certificateChain()).isNotEmpty();
        assertThatThrownBy(() -> receiver(TlsPolicy.SINCE_1_3).certificateChain())
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("cannot reach localhost:" + server.getLocalPort() + ": ");
    }

    @Test
    void isNotTalkedToWithoutForwardSecrecyAndAuthenticatedEncryption() throws Exception {
        serve("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");

        assertThatThrownBy(() -> receiver(TlsPolicy.SINCE_1_2).certificateChain())
                .isInstanceOf(UnreachableException.class);
    }

    private HttpAgentReceiver receiver(TlsPolicy policy) {
        return new HttpAgentReceiver(
                new ReceiverAddress(new SiteId("localhost", "prod"), server.getLocalPort()),
                ANYONE,
                Optional.empty(),
                ProxyEnvironment.DIRECT,
                Timeouts.PATIENT,
                policy);
    }

    private void accept() {
        while (!server.isClosed()) {
            try (SSLSocket client = (SSLSocket) server.accept()) {
                client.startHandshake();
                client.getInputStream().read();
            } catch (IOException e) {
                // A client that will not have us, or the end.
                assertThat(e).isNotNull();
            }
        }
    }
}

package io.agentctl.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.Registry;
import io.agentctl.connection.TrustRules;
import io.agentctl.pki.KeyInADevice;
import io.agentctl.pki.TestKeys;
import io.agentctl.pki.TlsPolicy;
import io.agentctl.site.SimulatedSite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.KeyPairGenerator;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which TLS serves which key, and when memory outside of the heap is given back. */
class TlsStackTest {
    private SimulatedSite site;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        TlsStack.OPENSSL
                .obstacle()
                .ifPresent(obstacle -> Assumptions.abort("BoringSSL cannot be used here: " + obstacle));
        site = new SimulatedSite("prod", PullHost.CLOCK);
        connection = site.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void theJdkServesKeysThatBoringsslCannotUse() throws Exception {
        assertThat(TlsStack.OPENSSL.fitFor(TestKeys.ec().getPrivate())).isEqualTo(TlsStack.OPENSSL);
        assertThat(TlsStack.OPENSSL.fitFor(TestKeys.rsa(2048).getPrivate())).isEqualTo(TlsStack.OPENSSL);
        assertThat(TlsStack.JDK.fitFor(TestKeys.ec().getPrivate())).isEqualTo(TlsStack.JDK);

        assertThat(TlsStack.OPENSSL.fitFor(new KeyInADevice("EC"))).isEqualTo(TlsStack.JDK);
        assertThat(TlsStack.OPENSSL.fitFor(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPrivate()))
                .isEqualTo(TlsStack.JDK);
    }

    @Test
    void aContextIsKeptWhileItsConnectionIs() throws Exception {
        Connection other = site.enroll("web2", ConnectionMode.PULL);
        try (TlsContexts contexts = contexts(PullHost.registry(connection))) {
            SslContext first = contextOf(contexts);
            contexts.follow(PullHost.registry(other, connection));

            assertThat(contextOf(contexts)).isSameAs(first);
            assertThat(((ReferenceCountedOpenSslContext) first).refCnt()).isEqualTo(1);
        }
    }

    @Test
    void aContextIsFreedWithItsConnection() throws Exception {
        try (TlsContexts contexts = contexts(PullHost.registry(connection))) {
            ReferenceCountedOpenSslContext context = (ReferenceCountedOpenSslContext) contextOf(contexts);
            contexts.follow(Registry.EMPTY);

            assertThat(context.refCnt()).isZero();
            assertThatThrownBy(() -> context.newEngine(UnpooledByteBufAllocator.DEFAULT))
                    .isInstanceOf(IllegalReferenceCountException.class);
            assertThat(contexts.forServerName(connection.uuid().toString())).isEmpty();
        }
    }

    @Test
    void aPullInFlightKeepsTheContextItBeganWith() throws Exception {
        ReferenceCountedOpenSslContext context;
        SSLEngine engine;
        try (TlsContexts contexts = contexts(PullHost.registry(connection))) {
            context = (ReferenceCountedOpenSslContext) contextOf(contexts);
            engine = context.newHandler(UnpooledByteBufAllocator.DEFAULT).engine();
            contexts.follow(
                    PullHost.registry(site.enroll("web1", ConnectionMode.PULL, connection.uuid(), TestKeys.ec())));

            assertThat(context.refCnt()).isEqualTo(1);
            assertThat(contextOf(contexts)).isNotSameAs(context);
        }
        assertThat(context.refCnt()).isEqualTo(1);

        ReferenceCountUtil.release(engine);
        assertThat(context.refCnt()).isZero();
    }

    private SslContext contextOf(TlsContexts contexts) throws UnusableConnectionException {
        return contexts.forServerName(connection.uuid().toString())
                .orElseThrow()
                .context();
    }

    private static TlsContexts contexts(Registry registry) {
        TlsContexts contexts = new TlsContexts(TlsStack.OPENSSL, TrustRules.at(PullHost.CLOCK));
        contexts.follow(registry);
        return contexts;
    }

    /** Hybrid: a recorded pull is to be safe from later quantum computers. Read off the ServerHello's key share (RFC 8446, section 4.2.8). */
    @Test
    void boringsslPrefersThePostQuantumGroup() throws Exception {
        TlsStack.OPENSSL.obstacle().ifPresent(obstacle -> Assumptions.abort("no BoringSSL: " + obstacle));
        SslContext server =
                TlsStack.OPENSSL.server(connection.identity(), (presented, peer) -> {}, TlsPolicy.SINCE_1_3);
        SslContext client = TlsStack.OPENSSL.client(site.certificate().identity(), TlsPolicy.SINCE_1_3);
        EmbeddedChannel fetcher = new EmbeddedChannel(client.newHandler(UnpooledByteBufAllocator.DEFAULT));
        EmbeddedChannel controller = new EmbeddedChannel(server.newHandler(UnpooledByteBufAllocator.DEFAULT));
        try {
            for (ByteBuf piece = fetcher.readOutbound(); piece != null; piece = fetcher.readOutbound()) {
                controller.writeInbound(piece);
            }
            ByteBuf answer = controller.readOutbound();

            // Extension key_share, its length, group X25519MLKEM768 and the length of a share: 1088 + 32.
            assertThat(ByteBufUtil.hexDump(answer)).contains("0033" + "0464" + "11ec" + "0460");
            answer.release();
        } finally {
            fetcher.finishAndReleaseAll();
            controller.finishAndReleaseAll();
            ReferenceCountUtil.release(server);
            ReferenceCountUtil.release(client);
        }
    }
}

package io.agentctl.pull;

import io.agentctl.connection.Registry;
import io.agentctl.connection.TrustRules;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What strangers send first: a ClientHello, a PROXY header, or anything else. */
public final class FirstBytesFuzz {
    private static final Logger SILENT = Logger.getAnonymousLogger();
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    static {
        SILENT.setLevel(Level.OFF);
    }

    private FirstBytesFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        try (TlsContexts contexts = new TlsContexts(TlsStack.JDK, TrustRules.at(Clock.systemUTC()))) {
            contexts.follow(Registry.EMPTY);
            Visit visit = Visits.unheard(SILENT).from(PEER);
            feed(
                    new EmbeddedChannel(
                            new HandshakeLimit(visit),
                            new ServerNameHandler(() -> contexts, visit),
                            new TlsGate(visit, Duration.ofSeconds(1))),
                    data);
        }
        boolean[] admitted = {false};
        EmbeddedChannel proxied = new EmbeddedChannel(
                new ProxyHeader(Visits.unheard(SILENT).from(PEER), Duration.ofSeconds(1), client -> {
                    admitted[0] = true;
                    return false;
                }));
        feed(proxied, data);
        if (admitted[0] && data.length < 12) {
            throw new AssertionError("no header is as short");
        }
    }

    /** One byte after the other, as slow strangers send them, unless they are hung up on. */
    private static void feed(EmbeddedChannel channel, byte... data) {
        for (int i = 0; i < data.length && channel.isOpen(); i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(data, i, 1));
        }
        channel.finishAndReleaseAll();
    }
}

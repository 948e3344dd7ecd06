package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import javax.net.ssl.SSLSession;

/**
 * Stands between TLS and the pull. It announces TLS, gives the peer one deadline for the whole handshake, and lets the channel
 * become active for the pull only when our own side of the handshake has succeeded: under TLS 1.3 a client without a certificate
 * believes for a while that it is through (RFC 8446, section 4.4.2.4).
 */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final byte[] ANNOUNCEMENT = "16".getBytes(StandardCharsets.US_ASCII);

    private final Visit visit;
    private final Duration deadline;
    private Future<?> expiry;
    private boolean open;

    /**
     * @param visit who wants to come in
     * @param deadline how long that may take, from its arrival
     */
    TlsGate(Visit visit, Duration deadline) {
        this.visit = visit;
        this.deadline = deadline;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        expiry = ctx.executor().schedule(() -> expire(ctx), deadline.toNanos() - visit.nanos(), TimeUnit.NANOSECONDS);
        // From the head of the pipeline: it goes out in the clear, before TLS.
        ctx.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(ANNOUNCEMENT));
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                open = true;
                expiry.cancel(false);
                ctx.pipeline().remove(HandshakeLimit.NAME);
                SSLSession session =
                        ctx.pipeline().get(SslHandler.class).engine().getSession();
                visit.hasShaken(session);
                // No later handshake may stand on this one: every pull is judged by the trust of its own moment.
                session.invalidate();
                ctx.fireChannelActive();
            } else {
                refuse(handshake.cause());
            }
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (expiry != null) {
            expiry.cancel(false);
            if (!open) {
                visit.refused(Level.INFO, Cause.ENDED_EARLY, "the connection ended before the handshake was done");
            }
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(cause);
        ctx.close();
    }

    private void expire(ChannelHandlerContext ctx) {
        visit.refused(Level.INFO, Cause.HANDSHAKE_TIMEOUT, "no handshake within " + deadline.toSeconds() + " s");
        ctx.channel().close();
    }

    private void refuse(Throwable trouble) {
        HandshakeFailure failure = HandshakeFailure.of(trouble);
        // A connection that cannot be served is this host's own trouble, not the puller's.
        Level level = failure.cause() == Cause.UNUSABLE_CONNECTION ? Level.WARNING : Level.INFO;
        visit.refused(level, failure.cause(), failure.reason());
    }
}

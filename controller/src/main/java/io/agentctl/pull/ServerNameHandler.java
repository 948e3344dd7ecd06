package io.agentctl.pull;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Chooses the connection by the server name in the ClientHello (RFC 6066, section 3), which fetchers set to the host's UUID, and
 * puts that connection's TLS in its own place. An unknown name ends the handshake with the alert {@code unrecognized_name}.
 */
final class ServerNameHandler extends AbstractSniHandler<TlsContexts.SiteTls> {
    /** A ClientHello with post-quantum key shares has about 2 KiB. */
    private static final int MAX_CLIENT_HELLO_LENGTH = 16 * 1024;

    /** Content type alert, TLS 1.2 record, two bytes: fatal, unrecognized_name. */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final Supplier<TlsContexts> contexts;
    private final Visit visit;

    ServerNameHandler(Supplier<TlsContexts> contexts, Visit visit) {
        // The time-out is TlsGate's, which bounds the whole handshake.
        super(MAX_CLIENT_HELLO_LENGTH, 0);
        this.contexts = contexts;
        this.visit = visit;
    }

    @Override
    protected Future<TlsContexts.SiteTls> lookup(ChannelHandlerContext ctx, String serverName) {
        if (serverName == null) {
            return failed(ctx, "it sent no server name, or no TLS at all");
        }
        try {
            Optional<TlsContexts.SiteTls> tls = contexts.get().forServerName(serverName);
            return tls.isPresent()
                    ? ctx.executor().newSucceededFuture(tls.get())
                    : failed(ctx, "no connection has the UUID '" + serverName + "'");
        } catch (UnusableConnectionException e) {
            return ctx.executor().newFailedFuture(e);
        }
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, String serverName, Future<TlsContexts.SiteTls> lookup) {
        if (lookup.isSuccess()) {
            SslHandler tls = lookup.getNow().context().newHandler(ctx.alloc());
            tls.setHandshakeTimeoutMillis(0);
            visit.asksFor(lookup.getNow().connection());
            ctx.pipeline().replace(this, "tls", tls);
        } else {
            ctx.fireExceptionCaught(lookup.cause());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.fireExceptionCaught(cause);
    }

    private static Future<TlsContexts.SiteTls> failed(ChannelHandlerContext ctx, String reason) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME)).addListener(ChannelFutureListener.CLOSE);
        return ctx.executor().newFailedFuture(new UnknownServerNameException(reason));
    }
}

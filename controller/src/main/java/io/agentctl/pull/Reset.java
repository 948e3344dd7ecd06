package io.agentctl.pull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;

/** Ends a connection so that the puller cannot take what it got for all: without close_notify, by RST instead of FIN. */
final class Reset {
    private Reset() {}

    /**
     * Resets a connection, unless it has ended already; may be called from any thread.
     *
     * @param channel the connection
     */
    static void of(Channel channel) {
        if (channel.isOpen()) {
            channel.eventLoop().execute(() -> reset(channel));
        }
    }

    private static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        // From below TLS, which would say goodbye.
        ChannelFuture closing = tls == null ? channel.close() : tls.close();
        closing.addListener(ChannelFutureListener.CLOSE);
    }
}

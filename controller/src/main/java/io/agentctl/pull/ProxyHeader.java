package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.agentctl.net.IpNetwork;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;

/**
 * Waits for what a trusted proxy says first, on whose behalf it comes (the PROXY protocol of HAProxy, versions 1 and 2), and lets nothing happen before.
 * Whoever comes on its own behalf, as proxies do to see whether we live, is let go without a word.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** What a version 2 header may hold besides the addresses, in bytes; of it nothing is used. */
    private static final int MAX_ADDITIONS = 512;

    private final Visit visit;
    private final Duration deadline;
    private final Predicate<Visit> admitted;
    private Future<?> expiry;

    /**
     * @param visit who is there: the proxy, until it says who else
     * @param deadline how long the header may take
     * @param admitted receives the visitor who is there in truth, and tells whether it may stay
     */
    ProxyHeader(Visit visit, Duration deadline, Predicate<Visit> admitted) {
        this.visit = visit;
        this.deadline = deadline;
        this.admitted = admitted;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), "proxy-decoder", new HAProxyMessageDecoder(MAX_ADDITIONS));
        expiry = ctx.executor()
                .schedule(
                        () -> refuse(ctx, "it sent no PROXY header within " + deadline.toSeconds() + " s"),
                        deadline.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        expiry.cancel(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        HAProxyMessage header = (HAProxyMessage) message;
        try {
            if (header.command() == HAProxyCommand.LOCAL) {
                visit.passed();
                ctx.close();
                return;
            }
            Optional<InetAddress> client = client(header);
            if (client.isEmpty()) {
                refuse(ctx, "its PROXY header names no client's IP address");
                return;
            }
            visit.isOnBehalfOf(new InetSocketAddress(client.get(), header.sourcePort()));
        } finally {
            header.release();
        }
        ctx.pipeline().remove(this);
        if (admitted.test(visit)) {
            ctx.pipeline().fireChannelActive();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        visit.refused(Level.INFO, Cause.ENDED_EARLY, "the connection ended before its PROXY header");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, "it does not begin with a PROXY header");
    }

    private void refuse(ChannelHandlerContext ctx, String reason) {
        visit.refused(Level.WARNING, Cause.BAD_PROXY_HEADER, "a trusted proxy, but " + reason);
        ctx.close();
    }

    private static Optional<InetAddress> client(HAProxyMessage header) {
        try {
            return Optional.ofNullable(header.sourceAddress())
                    .map(text -> IpNetwork.parse(text).address());
        } catch (IllegalArgumentException e) {
            // A unix socket's path.
            return Optional.empty();
        }
    }
}

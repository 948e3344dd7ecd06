package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.logging.Level;

/** Ends a handshake in which more is sent than any takes, whatever the TLS behind would put up with. Goes when the handshake is done. */
final class HandshakeLimit extends ChannelInboundHandlerAdapter {
    /** In the pipeline. */
    static final String NAME = "handshake-limit";

    /** A ClientHello of 16 KiB and a chain of eight certificates with RSA keys of 16,384 bits fit. */
    private static final int MOST = 64 * 1024;

    private final Visit visit;
    private int received;

    HandshakeLimit(Visit visit) {
        this.visit = visit;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        received += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        if (received > MOST) {
            ReferenceCountUtil.release(message);
            visit.refused(
                    Level.INFO,
                    Cause.HANDSHAKE_TOO_LARGE,
                    "it sent more than " + MOST / 1024 + " KiB in the handshake");
            ctx.close();
        } else {
            ctx.fireChannelRead(message);
        }
    }
}

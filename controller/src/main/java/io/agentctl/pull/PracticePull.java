package io.agentctl.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The fetcher's part in a pull that is practised.
 *
 * @param context a fetcher's side of handshakes
 * @param uuid the server name to ask for
 * @param protocol the version of TLS
 */
record PracticePull(SslContext context, UUID uuid, String protocol) {
    private static final int ANNOUNCEMENT = 2;
    private static final int BUFFER = 32 * 1024;

    /**
     * Pulls.
     *
     * @param address where
     * @throws IOException if nothing was served
     */
    void from(SocketAddress address) throws IOException {
        EmbeddedChannel tls = new EmbeddedChannel(handler());
        try (SocketChannel socket = SocketChannel.open(address)) {
            ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
            skipAnnouncement(socket, bytes);
            long received = 0;
            boolean open = true;
            while (open) {
                open = send(tls, socket) && receive(socket, bytes) && tls.isOpen();
                if (open) {
                    tls.writeInbound(Unpooled.copiedBuffer(bytes.flip()));
                    received += take(tls);
                }
            }
            if (received == 0) {
                throw new IOException("a practice pull was served nothing");
            }
        } finally {
            tls.finishAndReleaseAll();
        }
    }

    private static void skipAnnouncement(SocketChannel socket, ByteBuffer bytes) throws IOException {
        bytes.limit(ANNOUNCEMENT);
        while (bytes.hasRemaining()) {
            if (socket.read(bytes) < 0) {
                throw new IOException("a practice pull was refused");
            }
        }
    }

    /** Sends what is there; returns whether the other side still takes it. */
    private static boolean send(EmbeddedChannel from, SocketChannel to) {
        for (ByteBuf message = from.readOutbound(); message != null; message = from.readOutbound()) {
            try {
                ByteBuffer bytes = message.nioBuffer();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            } catch (IOException e) {
                // It closes when all is said, and our own close_notify comes late.
                return false;
            } finally {
                message.release();
            }
        }
        return true;
    }

    /** Receives something; returns whether there was more. */
    private static boolean receive(SocketChannel from, ByteBuffer bytes) {
        try {
            return from.read(bytes.clear()) >= 0;
        } catch (IOException e) {
            // It was closed before it took our close_notify.
            return false;
        }
    }

    private static long take(EmbeddedChannel from) {
        long length = 0;
        for (ByteBuf message = from.readInbound(); message != null; message = from.readInbound()) {
            length += message.readableBytes();
            ReferenceCountUtil.release(message);
        }
        return length;
    }

    private SslHandler handler() {
        SslHandler handler = context.newHandler(Unpooled.EMPTY_BUFFER.alloc());
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(uuid.toString())));
        parameters.setProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        return handler;
    }
}

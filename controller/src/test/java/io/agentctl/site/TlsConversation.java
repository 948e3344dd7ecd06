package io.agentctl.site;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A TLS client over a connected socket. Unlike {@code SSLSocket} it tells an end with close_notify from one without, and counts the
 * bytes on the wire.
 */
final class TlsConversation {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final InputStream in;
    private final OutputStream out;
    private final ByteBuffer fromWire;
    private final ByteBuffer toWire;
    private final ByteBuffer plain;
    private long wireBytes;

    TlsConversation(SSLEngine engine, Socket socket) throws IOException {
        this.engine = engine;
        this.in = socket.getInputStream();
        // A flight of messages goes out as one, as OpenSSL sends it.
        this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        this.fromWire =
                ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
        this.toWire = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
    }

    void handshake() throws IOException {
        engine.beginHandshake();
        try {
            while (proceed()) {
                // Until neither side has anything more to say.
            }
            out.flush();
        } catch (SSLException e) {
            sendAlert();
            throw e;
        }
    }

    SSLSession session() {
        return engine.getSession();
    }

    long wireBytes() {
        return wireBytes;
    }

    /**
     * Reads more of what the peer sends.
     *
     * @param bytes where to put it
     * @return count of bytes; -1 after the peer's close_notify
     * @throws EOFException if the connection ended without a close_notify
     * @throws SSLException if the peer sent an alert or something that is not TLS
     */
    int read(byte[] bytes) throws IOException {
        while (!plain.hasRemaining()) {
            if (engine.isInboundDone()) {
                return -1;
            }
            unwrap();
            while (proceed()) {
                // TLS 1.3 has messages after the handshake.
            }
        }
        int count = Math.min(plain.remaining(), bytes.length);
        plain.get(bytes, 0, count);
        return count;
    }

    private boolean proceed() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        switch (status) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> wrap();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
            case FINISHED, NOT_HANDSHAKING -> {
                return false;
            }
        }
        return !engine.isInboundDone();
    }

    private void wrap() throws IOException {
        toWire.clear();
        engine.wrap(NOTHING, toWire);
        out.write(toWire.array(), 0, toWire.position());
    }

    private void unwrap() throws IOException {
        plain.clear();
        switch (engine.unwrap(fromWire, plain).getStatus()) {
            case BUFFER_UNDERFLOW -> receive();
            case BUFFER_OVERFLOW -> throw new IllegalStateException("a record is larger than TLS said");
            case OK, CLOSED -> {
                // What was decrypted, if anything, is in the buffer.
            }
        }
        plain.flip();
    }

    private void receive() throws IOException {
        out.flush();
        fromWire.compact();
        int count = in.read(fromWire.array(), fromWire.position(), fromWire.remaining());
        if (count < 0) {
            throw new EOFException("the connection ended without a close_notify");
        }
        wireBytes += count;
        fromWire.position(fromWire.position() + count).flip();
    }

    private void sendAlert() {
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
                wrap();
            }
            out.flush();
        } catch (IOException e) {
            // The peer has gone; the failure being reported is the one that matters.
            return;
        }
    }
}

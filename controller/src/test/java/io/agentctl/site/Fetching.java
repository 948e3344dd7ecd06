package io.agentctl.site;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A pull under way, at the fetcher's pace: it reads only when told to. Failures end it and are told by {@link #finish}. For one
 * thread.
 */
public final class Fetching implements AutoCloseable {
    private static final int HEADER = 3;
    private static final char ZLIB = 1;

    private final Socket socket;
    private final TlsConversation conversation;
    private final long begin;
    private final Inflater inflater = new Inflater();
    private final StringBuilder received = new StringBuilder();
    private final StringBuilder payload = new StringBuilder();
    private final byte[] piece = new byte[16 * 1024];
    private String announcement = "";
    private Optional<Pull.Tls> tls = Optional.empty();
    private boolean corrupt;
    private Optional<Duration> timeToFirstByte = Optional.empty();
    private Optional<Duration> total = Optional.empty();
    private Pull.End end;
    private String detail = "";

    /** A step that can fail in the ways that end a pull. */
    private interface Step {
        boolean take() throws IOException;
    }

    Fetching(Socket socket, SSLEngine engine, long begin) throws IOException {
        this.socket = socket;
        this.conversation = new TlsConversation(engine, socket);
        this.begin = begin;
    }

    /**
     * Reads the announcement, unless that has been done.
     *
     * @return the two bytes; fewer if the connection ended before
     */
    public String announcement() {
        while (announcement.length() < 2 && attempt(this::readAnnouncement)) {
            // One byte after the other: the next one might already be TLS's.
        }
        return announcement;
    }

    /**
     * Goes on until our side of the handshake has ended.
     *
     * @return what was agreed; empty if that failed
     */
    public Optional<Pull.Tls> handshake() {
        if (tls.isEmpty() && announcement().equals("16")) {
            attempt(this::shakeHands);
        }
        return tls;
    }

    /**
     * Reads on until the decompressed payload is this long, or the pull has ended.
     *
     * @param length count of bytes
     * @return the payload so far, at least that long unless the pull has ended
     */
    public String awaitPayload(int length) {
        while (payload.length() < length && handshake().isPresent() && attempt(this::readPiece)) {
            // Piece by piece.
        }
        return payload.toString();
    }

    /**
     * Reads to the end.
     *
     * @return all that was seen
     */
    public Pull finish() {
        awaitPayload(Integer.MAX_VALUE);
        if (end == null) {
            // Not TLS: whatever was announced, nothing more can be understood.
            ended(Pull.End.TLS_FAILURE, "the announcement was '" + announcement + "'");
        }
        String header = received.substring(0, Math.min(HEADER, received.length()));
        boolean compressed = isCompressed();
        return new Pull(
                announcement,
                tls,
                header,
                received.substring(header.length()),
                payload.toString(),
                compressed
                        ? inflater.finished() && inflater.getRemaining() == 0 && !corrupt
                        : end == Pull.End.CLOSE_NOTIFY,
                end,
                detail,
                conversation.wireBytes(),
                timeToFirstByte,
                total.orElseThrow());
    }

    /** Goes away: at once, without a word, as a killed process does. */
    @Override
    public void close() throws IOException {
        inflater.end();
        socket.close();
    }

    private boolean attempt(Step step) {
        if (end != null) {
            return false;
        }
        try {
            if (step.take()) {
                return true;
            }
            ended(Pull.End.CLOSE_NOTIFY, "");
        } catch (EOFException e) {
            ended(Pull.End.END_OF_STREAM, e.getMessage());
        } catch (SSLException e) {
            ended(Pull.End.TLS_FAILURE, e.getMessage());
        } catch (SocketTimeoutException e) {
            ended(Pull.End.TIMEOUT, e.getMessage());
        } catch (IOException e) {
            ended(Pull.End.RESET, e.getMessage());
        }
        return false;
    }

    private void ended(Pull.End how, String why) {
        end = how;
        detail = String.valueOf(why);
        total = Optional.of(elapsed());
    }

    private boolean readAnnouncement() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            throw new EOFException("the connection ended after '" + announcement + "'");
        }
        announcement += (char) next;
        return true;
    }

    private boolean shakeHands() throws IOException {
        conversation.handshake();
        SSLSession session = conversation.session();
        tls = Optional.of(new Pull.Tls(
                session.getProtocol(),
                session.getCipherSuite(),
                (X509Certificate) session.getPeerCertificates()[0],
                Optional.ofNullable(session.getLocalCertificates()).map(Fetching::first)));
        return true;
    }

    private static X509Certificate first(Certificate... chain) {
        return (X509Certificate) chain[0];
    }

    private boolean readPiece() throws IOException {
        int count = conversation.read(piece);
        if (count < 0) {
            return false;
        }
        if (received.isEmpty()) {
            timeToFirstByte = Optional.of(elapsed());
        }
        int headerLeft = Math.min(count, Math.max(0, HEADER - received.length()));
        received.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
        if (received.length() > HEADER && !corrupt) {
            takePayload(headerLeft, count - headerLeft);
        }
        return true;
    }

    private void takePayload(int offset, int length) {
        if (!isCompressed()) {
            payload.append(new String(piece, offset, length, StandardCharsets.ISO_8859_1));
            return;
        }
        byte[] inflated = new byte[64 * 1024];
        inflater.setInput(piece, offset, length);
        try {
            for (int count = inflater.inflate(inflated); count > 0; count = inflater.inflate(inflated)) {
                payload.append(new String(inflated, 0, count, StandardCharsets.ISO_8859_1));
            }
            corrupt = inflater.finished() && inflater.getRemaining() > 0;
        } catch (DataFormatException e) {
            corrupt = true;
        }
    }

    private boolean isCompressed() {
        return received.length() >= HEADER && received.charAt(HEADER - 1) == ZLIB;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}

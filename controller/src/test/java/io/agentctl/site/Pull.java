package io.agentctl.site;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;

/**
 * What a fetcher saw, to the end. Bytes are given as text with one character per byte.
 *
 * @param announcement what came in the clear, at most two bytes
 * @param tls what was agreed on; empty if our own side of the handshake did not finish
 * @param header the three bytes before the payload, fewer if fewer came
 * @param wirePayload what followed the header
 * @param payload the same decompressed as far as it went
 * @param whole whether the payload is whole as far as its own format can tell: a zlib stream with its end and nothing after it, or no
 *     compression and an end by close_notify
 * @param end how it ended
 * @param detail what was reported at the end; empty after a close_notify
 * @param wireBytes count of bytes received after the announcement
 * @param timeToFirstByte from before connecting to the first byte of the header; empty if none came
 * @param total from before connecting to the end
 */
public record Pull(
        String announcement,
        Optional<Tls> tls,
        String header,
        String wirePayload,
        String payload,
        boolean whole,
        End end,
        String detail,
        long wireBytes,
        Optional<Duration> timeToFirstByte,
        Duration total) {

    /** How a connection ended. */
    public enum End {
        /** In order: TLS said so, and then the connection ended. */
        CLOSE_NOTIFY,
        /** The connection ended (FIN) and TLS, if it had begun, had not said so. */
        END_OF_STREAM,
        /** The connection was reset (RST). */
        RESET,
        /** TLS failed, by the controller's alert or by our own decision. */
        TLS_FAILURE,
        /** Nothing came for as long as the fetcher was ready to wait. */
        TIMEOUT
    }

    /**
     * An agreed session.
     *
     * @param protocol such as {@code TLSv1.3}
     * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
     * @param agent whom the fetcher saw
     * @param site whom the controller saw; empty if it did not ask or the fetcher had none
     */
    public record Tls(String protocol, String cipherSuite, X509Certificate agent, Optional<X509Certificate> site) {}

    /** Returns whether everything came that the controller wanted to send. */
    public boolean isComplete() {
        return end == End.CLOSE_NOTIFY && whole && header.length() == 3;
    }
}

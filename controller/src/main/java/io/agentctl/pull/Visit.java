package io.agentctl.pull;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.Cause;
import io.agentctl.audit.Field;
import io.agentctl.audit.Throttle;
import io.agentctl.connection.Connection;
import io.agentctl.pki.CommonNames;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.PkiException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * One puller's stay, from its arrival to its end: collects what is known of it, and tells how it ended, once. What is collected belongs to
 * the event loop until the pull begins; any thread may end it.
 */
final class Visit {
    private final Visits visits;
    private final long begin;
    private final AtomicBoolean ended = new AtomicBoolean();
    private InetSocketAddress peer;
    private Optional<InetAddress> proxy = Optional.empty();
    private Optional<Connection> connection = Optional.empty();
    private Optional<Tls> tls = Optional.empty();

    /** How the conversation is protected, and with whom. */
    private record Tls(String version, String cipher, X509Certificate peer) {}

    Visit(Visits visits, InetSocketAddress peer) {
        this.visits = visits;
        this.peer = peer;
        this.begin = visits.nanoTime().getAsLong();
    }

    /** Returns who is here. */
    InetAddress address() {
        return peer.getAddress();
    }

    /** Returns how long it has been here, in nanoseconds. */
    long nanos() {
        return visits.nanoTime().getAsLong() - begin;
    }

    /** Learns from a proxy who is here in truth. */
    void isOnBehalfOf(InetSocketAddress client) {
        proxy = Optional.of(peer.getAddress());
        peer = client;
    }

    /** Learns what it wants. */
    void asksFor(Connection wanted) {
        connection = Optional.of(wanted);
    }

    /** Learns who it has proved to be. */
    void hasShaken(SSLSession session) {
        visits.activity().shook(nanos());
        if (!visits.audit().isWanted()) {
            return;
        }
        try {
            tls = Optional.of(new Tls(session.getProtocol(), session.getCipherSuite(), (X509Certificate)
                    session.getPeerCertificates()[0]));
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("a handshake that a certificate is required for has succeeded without", e);
        }
    }

    /**
     * Ends it without a byte of output.
     *
     * @param level how loudly
     * @param cause why, in general
     * @param reason why, in words
     */
    void refused(Level level, Cause cause, String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        visits.activity().refused(cause);
        if (cause.isSuspicious()) {
            visits.suspect().accept(address());
        }
        Throttle.Decision decision = visits.throttle().next(cause);
        if (decision.suppressed() > 0) {
            visits.tellSuppressed(cause, decision.suppressed());
        }
        if (decision.passes()) {
            visits.log().log(level, () -> "refused " + address().getHostAddress() + ": " + reason);
            record(AuditEvent.Kind.REFUSED, event -> event.because(cause, reason));
        }
    }

    /**
     * Learns how long the agent took to its end.
     *
     * @param nanos in nanoseconds
     */
    void agentRan(long nanos) {
        visits.activity().agentRan(nanos);
    }

    /** Ends it with nothing worth telling. */
    void passed() {
        ended.set(true);
    }

    /**
     * Ends it with the whole output.
     *
     * @param outputBytes count of the agent's bytes
     * @param sentBytes count of the bytes that they became
     */
    void served(long outputBytes, long sentBytes) {
        if (ended.compareAndSet(false, true)) {
            long millis = millis();
            visits.activity().served(connection, address().getHostAddress(), outputBytes, sentBytes, millis);
            visits.log()
                    .info(() ->
                            description() + ": " + outputBytes + " bytes, " + sentBytes + " sent, " + millis + " ms");
            record(
                    AuditEvent.Kind.SERVED,
                    event -> event.with(Field.OUTPUT_BYTES, outputBytes).with(Field.SENT_BYTES, sentBytes));
        }
    }

    /**
     * Ends it without the output, or in the middle of it.
     *
     * @param level how loudly
     * @param cause why, in general
     * @param reason why, in words
     * @param sentBytes count of the bytes that were sent
     * @param trouble what went wrong; null if that explains nothing
     */
    void failed(Level level, Cause cause, String reason, long sentBytes, Throwable trouble) {
        if (ended.compareAndSet(false, true)) {
            visits.activity().failed(connection, address().getHostAddress(), cause, reason);
            visits.log().log(level, trouble, () -> description() + ": " + reason);
            record(AuditEvent.Kind.FAILED, event -> event.because(cause, reason).with(Field.SENT_BYTES, sentBytes));
        }
    }

    private String description() {
        return connection.map(wanted -> "pull of " + wanted.name()).orElse("legacy pull") + " by "
                + address().getHostAddress();
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos());
    }

    private void record(AuditEvent.Kind kind, UnaryOperator<AuditEvent> more) {
        if (!visits.audit().isWanted()) {
            return;
        }
        AuditEvent event = AuditEvent.of(kind)
                .with(Field.CONNECTION, connection.map(Connection::name))
                .with(Field.UUID, connection.map(wanted -> wanted.uuid().toString()))
                .with(Field.PEER, address().getHostAddress())
                .with(Field.PEER_PORT, peer.getPort())
                .with(Field.PROXY, proxy.map(InetAddress::getHostAddress))
                .with(Field.TLS, tls.map(Tls::version))
                .with(Field.CIPHER, tls.map(Tls::cipher))
                .with(Field.PEER_NAME, tls.map(shaken -> name(shaken.peer())))
                .with(Field.PEER_CERTIFICATE, tls.map(shaken -> fingerprint(shaken.peer())))
                .with(Field.MILLIS, millis());
        visits.audit().record(more.apply(event));
    }

    private static String name(X509Certificate certificate) {
        return String.join(", ", CommonNames.of(certificate.getSubjectX500Principal()));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return Fingerprint.of(certificate).toString();
        } catch (PkiException e) {
            throw new IllegalStateException("a certificate that was judged has bytes", e);
        }
    }
}

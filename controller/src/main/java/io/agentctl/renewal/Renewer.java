package io.agentctl.renewal;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.RefusedException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Looks at all connections and renews those that are due; one that fails stops no other, and is tried again in its own time. Not
 * thread-safe.
 */
public final class Renewer {
    /** Days of life left at which a warning is due, each once. */
    private static final List<Integer> WARNINGS_IN_DAYS = List.of(1, 3, 7, 15, 30);

    private static final int EXPIRED = 0;
    private static final int NOT_YET_VALID = -1;

    /** As far as a clock may be behind without anyone's taking offence. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    /** As often as the vendor's controller renews what is always due. */
    private static final Duration REST = Duration.ofDays(1);

    /** Less than a site that asks for rest can mean. */
    private static final Duration LEAST_RETRY_AFTER = Duration.ofMinutes(1);

    /**
     * Renewals that are stored together: a change writes the whole registry, which for the hundreds of connections of a host that was
     * away for long should not happen hundreds of times. Until then, as afterwards, the old keys work.
     */
    private static final int MOST_UNSTORED = 50;

    /** Longest that a renewal waits for others, unless a site is slow to answer. */
    private static final Duration STORED_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger("io.agentctl.renewal");

    private final ConnectionRegistry registry;
    private final Renewal renewal;
    private final Backoff backoff;
    private final AuditLog audit;
    private final Clock clock;
    private final Map<UUID, Trouble> troubles = new HashMap<>();
    private final Map<UUID, Integer> warned = new HashMap<>();
    private final List<Renewed> unstored = new ArrayList<>();
    private Instant unstoredSince = Instant.MIN;
    private boolean tried;

    /** What stands between a connection and its renewal. */
    private record Trouble(int failures, Instant failedAt, Instant nextTry, String message) {
        /** A clock that was ahead when it failed, and is right now, would have us wait for years. */
        boolean waits(Instant now) {
            return !now.isBefore(failedAt) && now.isBefore(nextTry);
        }
    }

    /**
     * @param registry the connections
     * @param renewal renews one
     * @param random spreads the tries
     * @param audit is told of renewals that failed; of others whoever witnesses the registry
     * @param clock tells the time
     */
    public Renewer(ConnectionRegistry registry, Renewal renewal, RandomGenerator random, AuditLog audit, Clock clock) {
        this.registry = registry;
        this.renewal = renewal;
        this.backoff = new Backoff(random);
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Looks at all connections once. What goes wrong is logged, and tried again by a later look.
     *
     * @return whether a renewal was tried, whatever became of it
     */
    public boolean look() {
        tried = false;
        try {
            List<Connection> connections = registry.read().connections();
            troubles.keySet()
                    .retainAll(connections.stream().map(Connection::uuid).collect(Collectors.toSet()));
            warned.keySet().retainAll(connections.stream().map(Connection::uuid).collect(Collectors.toSet()));
            for (Connection connection : connections) {
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                lookAt(connection);
                storeIfDue();
            }
            storeEvenIfInterrupted();
        } catch (RegistryException e) {
            // Whoever watches the registry says so, once.
            LOG.fine(e.getMessage());
        }
        return tried;
    }

    /** Returns when the next try after a failure is due, if any is. */
    public Optional<Instant> nextTry() {
        return troubles.values().stream().map(Trouble::nextTry).min(Instant::compareTo);
    }

    private void lookAt(Connection connection) {
        Instant now = clock.instant();
        Trouble trouble = troubles.get(connection.uuid());
        if (trouble != null && trouble.waits(now)) {
            return;
        }
        try {
            X509Certificate certificate = connection.identity().certificate();
            RenewalWindow window = RenewalWindow.of(certificate, now);
            if (now.plus(CLOCK_TOLERANCE).isBefore(certificate.getNotBefore().toInstant())) {
                warn(
                        connection,
                        NOT_YET_VALID,
                        " is valid only from " + certificate.getNotBefore().toInstant() + ", now is " + now
                                + ": set this host's clock, until then no site is trusted");
            } else if (connection.kind() == Connection.Kind.PULL_IMPORTED) {
                troubles.remove(connection.uuid());
                warnOfEnd(connection, certificate, now);
            } else if (window == RenewalWindow.NOT_DUE) {
                troubles.remove(connection.uuid());
                warned.remove(connection.uuid());
            } else {
                if (window == RenewalWindow.DUE) {
                    warnOfEnd(connection, certificate, now);
                }
                tried = true;
                unstored.add(renewal.obtain(connection, this::checkUnlessChecked));
                unstoredSince = unstored.size() == 1 ? now : unstoredSince;
            }
        } catch (ReceiverException | RegistryException | RenewalException | PkiException | RuntimeException e) {
            failed(connection, now, e);
        }
    }

    /** Whether the registry can be changed is found out by writing, once for all that is stored together. */
    private void checkUnlessChecked() throws RegistryException {
        if (unstored.isEmpty()) {
            registry.checkChangeable();
        }
    }

    /** What sites have signed is not to be lost because the service ends or takes other settings meanwhile. */
    private void storeEvenIfInterrupted() {
        boolean interrupted = Thread.interrupted();
        try {
            store();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void storeIfDue() {
        if (unstored.size() >= MOST_UNSTORED
                || (!unstored.isEmpty() && !clock.instant().isBefore(unstoredSince.plus(STORED_AFTER)))) {
            storeEvenIfInterrupted();
        }
    }

    private void store() {
        if (unstored.isEmpty()) {
            return;
        }
        List<Renewed> renewals = List.copyOf(unstored);
        unstored.clear();
        Instant now = clock.instant();
        try {
            Set<Connection> stored = renewal.store(renewals);
            for (Renewed renewed : renewals) {
                if (stored.contains(renewed.connection())) {
                    succeeded(renewed, now);
                } else {
                    failed(renewed.old(), now, Renewal.overtaken(renewed.old()));
                }
            }
        } catch (RegistryException | RuntimeException e) {
            renewals.forEach(renewed -> failed(renewed.old(), now, e));
        }
    }

    private void succeeded(Renewed renewed, Instant now) {
        UUID uuid = renewed.connection().uuid();
        troubles.remove(uuid);
        warned.remove(uuid);
        if (RenewalWindow.of(renewed.certificate(), now) == RenewalWindow.DUE) {
            // Sites before 2.2 answer with another certificate without an end: they shall not be asked at every look.
            troubles.put(uuid, new Trouble(0, now, now.plus(REST), ""));
        }
        LOG.info(() -> "connection " + renewed.connection().name() + ": key and certificate renewed");
    }

    private void failed(Connection connection, Instant now, Exception e) {
        if (e instanceof RefusedException refusal) {
            boolean final403 = refusal.status() == 403;
            remember(
                    connection,
                    now,
                    refusal.retryAfter()
                            .filter(wait -> wait.compareTo(LEAST_RETRY_AFTER) >= 0)
                            .orElseGet(() -> final403 ? backoff.rarely() : nextDelay(connection)),
                    final403
                            ? e.getMessage() + "; if the host is not registered any more, "
                                    + Renewal.reRegistration(connection)
                            : e.getMessage());
        } else if (e instanceof ReceiverException || e instanceof RegistryException) {
            remember(connection, now, nextDelay(connection), e.getMessage());
        } else if (e instanceof RenewalException || e instanceof PkiException) {
            remember(connection, now, backoff.rarely(), e.getMessage());
        } else {
            LOG.log(Level.SEVERE, e, () -> "connection " + connection.name() + ": unexpected failure: " + e);
            note(connection, now, backoff.rarely(), "unexpected failure");
        }
    }

    private Duration nextDelay(Connection connection) {
        Trouble trouble = troubles.get(connection.uuid());
        return backoff.after(trouble == null ? 1 : trouble.failures() + 1);
    }

    /** The same trouble is said once: a site that stays away for weeks shall not fill the log. */
    private void remember(Connection connection, Instant now, Duration delay, String message) {
        Trouble before = troubles.get(connection.uuid());
        note(connection, now, delay, message);
        if (before == null || !before.message().equals(message)) {
            LOG.warning(() -> "connection " + connection.name() + " was not renewed: " + message);
        }
    }

    private void note(Connection connection, Instant now, Duration delay, String message) {
        Trouble before = troubles.get(connection.uuid());
        troubles.put(
                connection.uuid(),
                new Trouble(before == null ? 1 : before.failures() + 1, now, now.plus(delay), message));
        audit.record(AuditEvent.of(AuditEvent.Kind.RENEWAL_FAILED)
                .with(Field.CONNECTION, connection.name())
                .with(Field.UUID, connection.uuid().toString())
                .with(Field.REASON, message)
                .with(Field.NEXT_TRY, now.plus(delay).toString()));
    }

    private void warnOfEnd(Connection connection, X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            warn(
                    connection,
                    EXPIRED,
                    " expired at " + end + ", now is " + now + "; if this host's clock is right, "
                            + Renewal.reRegistration(connection));
            return;
        }
        long daysLeft = Duration.between(now, end).toDays();
        WARNINGS_IN_DAYS.stream()
                .filter(days -> daysLeft < days)
                .findFirst()
                .ifPresentOrElse(
                        days -> warn(
                                connection,
                                days,
                                " ends at " + end + ", in less than " + days + (days == 1 ? " day" : " days")),
                        () -> warned.remove(connection.uuid()));
    }

    private void warn(Connection connection, Integer level, String what) {
        if (!level.equals(warned.put(connection.uuid(), level))) {
            LOG.warning(() -> "the certificate of connection " + connection.name() + what);
        }
    }
}

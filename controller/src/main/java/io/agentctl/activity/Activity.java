package io.agentctl.activity;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Cause;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts what a service does. Pulls are told to it one by one, since those that flood the port are not all told to the audit log; of all
 * else it hears as any audit log does. What it remembers is bounded by the registry. Thread-safe.
 */
public final class Activity implements AuditLog {
    /** The name of pulls in the clear, which are of no connection. */
    private static final String IN_THE_CLEAR = "";

    private final String version;
    private final long process;
    private final Clock clock;
    private final Instant started;
    private final Map<String, Ledger> ledgers = new TreeMap<>();
    private final Map<Cause, Long> refusals = new EnumMap<>(Cause.class);
    private Optional<Instant> reloaded = Optional.empty();
    private Distribution handshakes = Distribution.EMPTY;
    private Distribution agentRuns = Distribution.EMPTY;
    private String listening = "";
    private boolean inTheClear;
    private long untold;

    /** What is remembered of one connection. */
    private static final class Ledger {
        private final Map<Cause, Long> failedPulls = new EnumMap<>(Cause.class);
        private Optional<ServedPull> lastPull = Optional.empty();
        private Optional<FailedPull> lastFailedPull = Optional.empty();
        private Optional<Outcome> lastPush = Optional.empty();
        private Optional<Outcome> lastRenewal = Optional.empty();
        private Optional<Instant> nextTry = Optional.empty();
        private long pulls;
        private long outputBytes;
        private long sentBytes;
        private long pushes;
        private long failedPushes;
        private long renewals;
        private long failedRenewals;

        ConnectionActivity read(String name) {
            return new ConnectionActivity(
                    name,
                    pulls,
                    outputBytes,
                    sentBytes,
                    lastPull,
                    failedPulls,
                    lastFailedPull,
                    pushes,
                    failedPushes,
                    lastPush,
                    renewals,
                    failedRenewals,
                    lastRenewal,
                    nextTry);
        }
    }

    /**
     * Begins to count.
     *
     * @param version our version
     * @param process our process number
     * @param clock tells the time
     */
    public Activity(String version, long process, Clock clock) {
        this.version = version;
        this.process = process;
        this.clock = clock;
        this.started = now();
    }

    /** For what nobody asks about: practice, and commands that are over soon. */
    public static Activity unasked() {
        return new Activity("", 0, Clock.systemUTC());
    }

    /** Returns no: nothing that is costly to find out is of use here. */
    @Override
    public boolean isWanted() {
        return false;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        switch (event.kind()) {
            case PORT_OPENED, LEGACY_PULL_OPENED -> {
                listening = text(event, Field.LISTEN).orElse("");
                inTheClear = event.kind() == AuditEvent.Kind.LEGACY_PULL_OPENED;
            }
            case PORT_CLOSED -> listening = "";
            case RELOADED -> reloaded = Optional.of(now());
            case PUSHED, PUSH_FAILED, RENEWED, RENEWAL_FAILED ->
                text(event, Field.CONNECTION).ifPresent(name -> record(event, ledger(name)));
            default -> {
                // What is left concerns no service, or is told one by one.
            }
        }
    }

    private void record(AuditEvent event, Ledger ledger) {
        Optional<String> reason = text(event, Field.REASON);
        Optional<Outcome> outcome = Optional.of(new Outcome(now(), reason));
        switch (event.kind()) {
            case PUSHED -> ledger.pushes++;
            case PUSH_FAILED -> ledger.failedPushes++;
            case RENEWED -> {
                ledger.renewals++;
                ledger.nextTry = Optional.empty();
            }
            default -> {
                ledger.failedRenewals++;
                ledger.nextTry = text(event, Field.NEXT_TRY).map(Instant::parse);
            }
        }
        if (event.kind() == AuditEvent.Kind.PUSHED || event.kind() == AuditEvent.Kind.PUSH_FAILED) {
            ledger.lastPush = outcome;
        } else {
            ledger.lastRenewal = outcome;
        }
    }

    /**
     * Forgets the connections that are gone.
     *
     * @param registry those that are left
     */
    public synchronized void follows(Registry registry) {
        Set<String> names =
                registry.connections().stream().map(Connection::name).collect(Collectors.toCollection(HashSet::new));
        names.add(IN_THE_CLEAR);
        ledgers.keySet().retainAll(names);
    }

    /**
     * Counts somebody who got nothing.
     *
     * @param cause why
     */
    public synchronized void refused(Cause cause) {
        refusals.merge(cause, 1L, Long::sum);
    }

    /**
     * Counts refusals that were told nobody.
     *
     * @param count how many
     */
    public synchronized void leftUntold(long count) {
        untold += count;
    }

    /**
     * Counts a handshake that succeeded.
     *
     * @param nanos from the puller's arrival to its end
     */
    public synchronized void shook(long nanos) {
        handshakes = handshakes.with(nanos);
    }

    /**
     * Counts a run of the agent that ended well.
     *
     * @param nanos how long it took
     */
    public synchronized void agentRan(long nanos) {
        agentRuns = agentRuns.with(nanos);
    }

    /**
     * Counts a pull that brought the whole output.
     *
     * @param connection whose; empty for one in the clear
     * @param peer the puller's IP address
     * @param outputBytes count of the agent's bytes
     * @param sentBytes count of the bytes that they became
     * @param millis from the puller's arrival to the end
     */
    public synchronized void served(
            Optional<Connection> connection, String peer, long outputBytes, long sentBytes, long millis) {
        Ledger ledger = ledger(connection.map(Connection::name).orElse(IN_THE_CLEAR));
        ledger.pulls++;
        ledger.outputBytes += outputBytes;
        ledger.sentBytes += sentBytes;
        ledger.lastPull = Optional.of(new ServedPull(now(), peer, outputBytes, sentBytes, millis));
    }

    /**
     * Counts a pull that brought none of the output, or a part.
     *
     * @param connection whose; empty for one in the clear
     * @param peer the puller's IP address
     * @param cause why, in general
     * @param reason why, in words
     */
    public synchronized void failed(Optional<Connection> connection, String peer, Cause cause, String reason) {
        Ledger ledger = ledger(connection.map(Connection::name).orElse(IN_THE_CLEAR));
        ledger.failedPulls.merge(cause, 1L, Long::sum);
        ledger.lastFailedPull = Optional.of(new FailedPull(now(), peer, cause, reason));
    }

    /** Returns all that is known now. */
    public synchronized LiveState state() {
        return new LiveState(
                version,
                process,
                started,
                reloaded,
                listening,
                inTheClear && !listening.isEmpty(),
                ledgers.entrySet().stream()
                        .map(entry -> entry.getValue().read(entry.getKey()))
                        .toList(),
                refusals,
                untold,
                handshakes,
                agentRuns);
    }

    private Ledger ledger(String name) {
        return ledgers.computeIfAbsent(name, key -> new Ledger());
    }

    private static Optional<String> text(AuditEvent event, Field field) {
        return Optional.ofNullable(event.fields().get(field)).map(String::valueOf);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

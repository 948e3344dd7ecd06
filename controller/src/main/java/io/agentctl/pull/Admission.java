package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides, before a byte is exchanged, whether a remote address may have one more connection. Addresses are told apart as far as one
 * owner usually has them: every IPv4 address, and every /64 of IPv6 (RFC 6177). What is remembered of them is bounded, and forgotten within a minute.
 *
 * <p>Thread-safe.
 */
final class Admission {
    /** More remote addresses are not remembered: whoever has so many is held by the bound of all connections. */
    static final int MOST_REMEMBERED = 10_000;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Door door;
    private final LongSupplier nanoTime;
    private final Map<InetAddress, History> histories = new HashMap<>();
    private int connections;
    private long swept;

    /** What is remembered of an address. */
    private static final class History {
        private int connections;

        /** Failures that have not been forgiven yet; a part of one is forgiven with every moment. */
        private double failures;

        private long judgedAt;

        History(long now) {
            judgedAt = now;
        }

        void forgive(long now, int perMinute) {
            failures = Math.max(0, failures - (double) (now - judgedAt) * perMinute / MINUTE);
            judgedAt = now;
        }

        boolean isBlank() {
            return connections == 0 && failures == 0;
        }
    }

    /**
     * Why not.
     *
     * @param cause in general
     * @param reason in words
     */
    record Refusal(Cause cause, String reason) {}

    /**
     * @param door who may come in
     * @param nanoTime as {@link System#nanoTime}
     */
    Admission(Door door, LongSupplier nanoTime) {
        this.door = door;
        this.nanoTime = nanoTime;
        this.swept = nanoTime.getAsLong();
    }

    /**
     * Asks for one more connection, on whoever's behalf.
     *
     * @return why not; or empty, and then {@link #leave()} must be called when the connection ends
     */
    synchronized Optional<Refusal> enter() {
        int most = door.limits().connections();
        if (connections >= most) {
            return Optional.of(new Refusal(
                    Cause.TOO_MANY_CONNECTIONS, "there are already " + most + " connections (max_connections)"));
        }
        connections++;
        return Optional.empty();
    }

    /** Gives back what {@link #enter()} granted. */
    synchronized void leave() {
        connections--;
    }

    /**
     * Asks for one more connection of an address.
     *
     * @param address the remote address
     * @return why not; or empty, and then {@link #leave(InetAddress)} must be called when the connection ends
     */
    synchronized Optional<Refusal> enter(InetAddress address) {
        if (!door.allowList().admits(address)) {
            return Optional.of(new Refusal(Cause.NOT_ALLOWED_IP, "its address is not in allowed_ip"));
        }
        sweep();
        InetAddress owner = owner(address);
        long now = nanoTime.getAsLong();
        History history = histories.computeIfAbsent(owner, key -> new History(now));
        history.forgive(now, door.limits().failures());
        Optional<Refusal> refusal = judge(history);
        if (refusal.isEmpty()) {
            history.connections++;
        } else if (history.isBlank()) {
            histories.remove(owner);
        }
        return refusal;
    }

    private Optional<Refusal> judge(History history) {
        Limits limits = door.limits();
        if (limits.failures() > 0 && history.failures > limits.failures() - 1) {
            return Optional.of(new Refusal(
                    Cause.TOO_MANY_FAILURES,
                    "its address has failed " + limits.failures() + " times lately (max_failed_handshakes)"));
        }
        if (history.connections >= limits.perAddress()) {
            return Optional.of(new Refusal(
                    Cause.TOO_MANY_FROM_ADDRESS, "its address already has " + limits.perAddress() + " connections"));
        }
        return Optional.empty();
    }

    /**
     * Gives back what {@link #enter(InetAddress)} granted.
     *
     * @param address the remote address
     */
    synchronized void leave(InetAddress address) {
        InetAddress owner = owner(address);
        History history = histories.get(owner);
        history.connections--;
        if (history.isBlank()) {
            histories.remove(owner);
        }
    }

    /**
     * Remembers that an address which was granted a connection had no business here.
     *
     * @param address the remote address
     */
    synchronized void failed(InetAddress address) {
        History history = histories.get(owner(address));
        if (history != null && door.limits().failures() > 0 && histories.size() <= MOST_REMEMBERED) {
            history.forgive(nanoTime.getAsLong(), door.limits().failures());
            history.failures++;
        }
    }

    /** Returns how many addresses are remembered. */
    synchronized int remembered() {
        return histories.size();
    }

    /** After a minute without failures all is forgiven, and nothing wakes up for that. */
    private void sweep() {
        long now = nanoTime.getAsLong();
        if (now - swept >= MINUTE) {
            swept = now;
            histories.values().removeIf(history -> {
                history.forgive(now, door.limits().failures());
                return history.isBlank();
            });
        }
    }

    /** The JDK makes an IPv4 address of a mapped one. */
    private static InetAddress owner(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has the length of an address", e);
        }
    }
}

package io.agentctl.push;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;

/**
 * Pushes every minute, from a moment of its own within the first: hosts that start together shall not push together. A cycle
 * that takes longer than a minute delays the next: there is never more than one.
 */
public final class PushSchedule implements Runnable {
    private static final Logger LOG = Logger.getLogger("io.agentctl.push");

    private final ConnectionRegistry registry;
    private final Pusher pusher;
    private final Duration firstDelay;
    private final Duration period;
    private final Map<Connection, String> troubles = new HashMap<>();

    /**
     * @param registry knows where to push to; asked before every cycle
     * @param pusher pushes
     * @param firstDelay until the first cycle
     * @param period from the begin of one cycle to the begin of the next
     */
    public PushSchedule(ConnectionRegistry registry, Pusher pusher, Duration firstDelay, Duration period) {
        this.registry = registry;
        this.pusher = pusher;
        this.firstDelay = firstDelay;
        this.period = period;
    }

    /** Pushes until the thread is interrupted. */
    @Override
    public void run() {
        try {
            Thread.sleep(firstDelay.toMillis());
            while (true) {
                long begin = System.nanoTime();
                cycle();
                Thread.sleep(Math.max(0, period.toMillis() - (System.nanoTime() - begin) / 1_000_000));
            }
        } catch (InterruptedException e) {
            // The service ends.
            Thread.currentThread().interrupt();
        }
    }

    private void cycle() throws InterruptedException {
        try {
            List<Connection> connections = registry.read().ofKind(Connection.Kind.PUSH);
            troubles.keySet().retainAll(connections);
            pusher.push(connections).forEach(this::report);
        } catch (RegistryException e) {
            // Whoever watches the registry says so, once.
            LOG.fine(e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(java.util.logging.Level.SEVERE, "push: unexpected failure: " + e, e);
        }
    }

    /** A site that stays away for a night shall not fill the log. */
    private void report(PushResult result) {
        String name = result.connection().name();
        if (result.failure().isEmpty()) {
            LOG.info(() -> "push to " + name + ": done");
            troubles.remove(result.connection());
        } else if (!result.failure()
                .get()
                .equals(troubles.put(result.connection(), result.failure().get()))) {
            LOG.warning(() -> "push to " + name + ": " + result.failure().get());
        }
    }
}

package io.agentctl;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Field;
import io.agentctl.connection.HomeGuard;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.RegistryWatch;
import io.agentctl.pull.ListenException;
import io.agentctl.pull.PullServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The background service: serves pulls as the registry says, and follows the registry. */
public final class Daemon {
    /** As long as it takes to look once at the registry; a disk that hangs must not hold up the stop. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    /** As long as a fetcher's slowest pull may take after a stop. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    private final RegistryWatch watch;
    private final HomeGuard guard;
    private final PullServer pullServer;
    private final List<Companion> companions;
    private final AuditLog audit;
    private Optional<PullPolicy> unapplied = Optional.empty();
    private boolean isGuarded;
    private String lastTrouble = "";

    /**
     * What goes on beside the serving of pulls, on a thread of its own, until that is interrupted.
     *
     * @param name of the thread
     * @param task what to do
     */
    public record Companion(String name, Runnable task) {
        private Thread start() {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
    }

    /**
     * @param watch brings the registry's changes; closed by this daemon
     * @param guard looks whether others can get at the keys, at the start and at every change
     * @param pullServer serves pulls; stopped by this daemon
     * @param companions what goes on beside, from the moment pulls are served
     * @param audit is told of start and end
     */
    public Daemon(
            RegistryWatch watch, HomeGuard guard, PullServer pullServer, List<Companion> companions, AuditLog audit) {
        this.watch = watch;
        this.guard = guard;
        this.pullServer = pullServer;
        this.companions = List.copyOf(companions);
        this.audit = audit;
    }

    /**
     * Serves until told to stop, then lets pulls in flight end. What goes wrong after a good start is logged, and tried again.
     *
     * @param stop counted down to end the service
     * @throws RegistryException if the registry cannot be read at the start, or others can get at it and that is refused
     * @throws ListenException if the port cannot be opened at the start
     * @throws InterruptedException if interrupted
     */
    public void run(CountDownLatch stop) throws RegistryException, ListenException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        audit.record(AuditEvent.of(AuditEvent.Kind.STARTED).with(Field.VERSION, Version.current()));
        try {
            follow();
            companions.forEach(companion -> threads.add(companion.start()));
            if (pullServer.port().isEmpty()) {
                LOG.info("no connection is pulled: the port stays closed until one is registered");
            }
            Thread following = new Companion("registry", () -> followUntil(stop)).start();
            stop.await();
            watch.close();
            following.join(LAST_LOOK.toMillis());
        } finally {
            LOG.info("stopping");
            watch.close();
            threads.forEach(Thread::interrupt);
            pullServer.stop(STOP_PATIENCE);
            audit.record(AuditEvent.of(AuditEvent.Kind.STOPPED));
        }
    }

    private void follow() throws RegistryException, ListenException {
        Optional<PullPolicy> news = watch.poll();
        if (news.isPresent()) {
            unapplied = news;
            isGuarded = false;
        }
        if (unapplied.isPresent()) {
            if (!isGuarded) {
                guardOrClose();
                isGuarded = true;
            }
            pullServer.apply(unapplied.get());
            unapplied = Optional.empty();
            if (!lastTrouble.isEmpty()) {
                LOG.info("over: " + lastTrouble);
                lastTrouble = "";
            }
        }
    }

    /** Whom the registry names while others can get at it is not known for sure. */
    private void guardOrClose() throws RegistryException, ListenException {
        try {
            guard.check();
        } catch (RegistryException e) {
            pullServer.apply(new PullPolicy(Registry.EMPTY, false));
            throw e;
        }
    }

    private void followUntil(CountDownLatch stop) {
        try {
            while (stop.getCount() > 0) {
                watch.await(stop);
                followOrComplain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followOrComplain() {
        try {
            follow();
        } catch (RuntimeException e) {
            complain("unexpected failure: " + e, e);
        } catch (RegistryException e) {
            complain(e.getMessage() + "; what was read last stays in force", e);
        } catch (ListenException e) {
            complain(e.getMessage(), e);
        }
    }

    private void complain(String message, Exception trouble) {
        if (!message.equals(lastTrouble)) {
            lastTrouble = message;
            LOG.log(Level.SEVERE, message, trouble);
        }
    }
}

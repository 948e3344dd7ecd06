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
import io.agentctl.pull.Terms;
import io.agentctl.systemd.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The background service: serves pulls as the registry says, and follows the registry. */
public final class Daemon {
    /** As long as it takes to look once at the registry; a disk that hangs must not hold up the stop. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    /** As long as a fetcher's slowest pull may take after a stop. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    /** Companions that have been told to end need no longer, unless a site keeps one waiting. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** Longer than anything that an event loop does at one time. */
    private static final Duration RESPONSE = Duration.ofSeconds(10);

    private final RegistryWatch watch;
    private final PullServer pullServer;
    private final Supervisor supervisor;
    private final List<Thread> threads = new ArrayList<>();
    private Plan plan;
    private volatile PullPolicy policy = new PullPolicy(Registry.EMPTY, false);
    private Phase phase = Phase.STARTING;
    private Optional<PullPolicy> unapplied = Optional.empty();
    private boolean isGuarded;
    private String lastTrouble = "";

    /** How far it is. */
    private enum Phase {
        STARTING,
        SERVING,
        ENDING
    }

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
     * All that follows from the settings.
     *
     * @param guard looks whether others can get at the keys, at the start and at every change
     * @param terms for whoever pulls
     * @param companions what goes on beside, from the moment pulls are served
     * @param audit is told of start and end
     */
    public record Plan(HomeGuard guard, Terms terms, List<Companion> companions, AuditLog audit) {
        /** Copies the list. */
        public Plan {
            companions = List.copyOf(companions);
        }
    }

    /**
     * @param watch brings the registry's changes; closed by this daemon
     * @param plan what follows from the settings
     * @param supervisor is told how this daemon is doing
     */
    public Daemon(RegistryWatch watch, Plan plan, Supervisor supervisor) {
        this.watch = watch;
        this.plan = plan;
        this.supervisor = supervisor;
        this.pullServer = new PullServer(plan.terms());
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
        plan.audit().record(AuditEvent.of(AuditEvent.Kind.STARTED).with(Field.VERSION, Version.current()));
        try {
            begin();
            Thread following = new Companion("registry", () -> followUntil(stop)).start();
            serveUntil(stop, following);
            watch.close();
            following.join(LAST_LOOK.toMillis());
        } finally {
            end();
        }
    }

    private void begin() throws RegistryException, ListenException {
        follow();
        synchronized (this) {
            phase = Phase.SERVING;
            startCompanions();
            notifyAll();
        }
        if (pullServer.port().isEmpty()) {
            LOG.info("no connection is pulled: the port stays closed until one is registered");
        }
        supervisor.ready(summary());
    }

    private void serveUntil(CountDownLatch stop, Thread following) throws InterruptedException {
        if (supervisor.watchdog().isEmpty()) {
            stop.await();
            return;
        }
        // Often enough that a message or two may be lost.
        long pause = supervisor.watchdog().get().toNanos() / 4;
        while (!stop.await(pause, TimeUnit.NANOSECONDS)) {
            if (following.isAlive() && pullServer.isResponsive(RESPONSE)) {
                supervisor.alive(summary());
            } else {
                LOG.severe("this service does not respond any more: systemd will start it again");
            }
        }
    }

    private void end() throws InterruptedException {
        LOG.info("stopping");
        supervisor.stopping();
        watch.close();
        synchronized (this) {
            phase = Phase.ENDING;
            notifyAll();
            threads.forEach(Thread::interrupt);
            pullServer.stop(STOP_PATIENCE);
            // Or the process could end before they have taken away what they put into the home.
            awaitCompanions();
            plan.audit().record(AuditEvent.of(AuditEvent.Kind.STOPPED));
        }
    }

    /**
     * Goes on by other settings, once it serves. Nobody who pulls meanwhile is turned away, unless the port moves.
     *
     * @param next what follows from them
     * @return whether it does; not if it is ending
     * @throws ListenException if the port cannot be opened where it shall be now; all then goes on as before
     * @throws InterruptedException if interrupted
     */
    public synchronized boolean adopt(Plan next) throws ListenException, InterruptedException {
        while (phase == Phase.STARTING) {
            wait();
        }
        if (phase == Phase.ENDING) {
            return false;
        }
        supervisor.reloading();
        try {
            pullServer.adopt(next.terms());
            threads.forEach(Thread::interrupt);
            awaitCompanions();
            threads.clear();
            plan = next;
            startCompanions();
            plan.audit().record(AuditEvent.of(AuditEvent.Kind.RELOADED));
            return true;
        } finally {
            // Looked at again in a moment: others may have to be kept out, and a port that was taken may be free.
            unapplied = unapplied.isPresent() ? unapplied : Optional.of(policy);
            isGuarded = false;
            supervisor.ready(summary());
        }
    }

    private void awaitCompanions() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(FAREWELL.toMillis());
        }
    }

    private void startCompanions() {
        plan.companions().forEach(companion -> threads.add(companion.start()));
    }

    private String summary() {
        int connections = policy.registry().connections().size();
        // Asked once: it may be closed in the next moment.
        OptionalInt open = pullServer.port();
        String port = open.isPresent() ? "pulls on port " + open.getAsInt() : "no pulls";
        return "serves " + port + ", " + connections + (connections == 1 ? " connection" : " connections");
    }

    /** The disk is looked at outside of the monitor: one that hangs must not hold up the stop. */
    private void follow() throws RegistryException, ListenException {
        Optional<PullPolicy> news = watch.poll();
        Plan judged;
        boolean guards;
        synchronized (this) {
            if (news.isPresent()) {
                unapplied = news;
                isGuarded = false;
            }
            if (unapplied.isEmpty()) {
                return;
            }
            judged = plan;
            guards = !isGuarded;
        }
        if (guards) {
            guardOrClose(judged.guard());
        }
        if (!isApplied(judged)) {
            follow();
        }
    }

    /** Unless there are other settings meanwhile, by which others may have to be kept out. */
    private synchronized boolean isApplied(Plan judged) throws ListenException {
        if (!plan.equals(judged)) {
            return false;
        }
        isGuarded = true;
        PullPolicy next = unapplied.orElse(policy);
        pullServer.apply(next);
        policy = next;
        unapplied = Optional.empty();
        if (!lastTrouble.isEmpty()) {
            LOG.info("over: " + lastTrouble);
            lastTrouble = "";
        }
        return true;
    }

    /** Whom the registry names while others can get at it is not known for sure. */
    private void guardOrClose(HomeGuard guard) throws RegistryException, ListenException {
        try {
            guard.check();
        } catch (RegistryException e) {
            synchronized (this) {
                pullServer.apply(new PullPolicy(Registry.EMPTY, false));
            }
            throw e;
        }
    }

    private void followUntil(CountDownLatch stop) {
        try {
            String told = summary();
            while (stop.getCount() > 0) {
                watch.await(stop);
                followOrComplain();
                String now = summary();
                if (!now.equals(told)) {
                    told = now;
                    supervisor.changed(told);
                }
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

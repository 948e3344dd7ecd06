package io.agentctl.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Everybody who does something over and over until the soak is over. */
final class Actors {
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Violations violations;

    /** One thing that somebody does. */
    @FunctionalInterface
    interface Deed {
        void run() throws Exception;
    }

    Actors(Violations violations) {
        this.violations = violations;
    }

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Adds somebody.
     *
     * @param name for messages
     * @param pause between two deeds
     * @param deed what to do; an exception is a violation
     */
    void add(String name, Duration pause, Deed deed) {
        threads.add(daemon(name, () -> act(name, pause, deed)));
    }

    private void act(String name, Duration pause, Deed deed) {
        try {
            while (!over.get()) {
                deed.run();
                Thread.sleep(pause.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            violations.add(name + ": " + e);
        }
    }

    /** Lets all of them act for a time, and waits until each has ended what it was doing. */
    void actFor(Duration time) throws InterruptedException {
        threads.forEach(Thread::start);
        Thread.sleep(time.toMillis());
        over.set(true);
        for (Thread thread : threads) {
            thread.join(Duration.ofMinutes(3).toMillis());
            if (thread.isAlive()) {
                violations.add(thread.getName() + " did not come to an end");
            }
        }
    }
}

package io.agentctl.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Whoever started the service and wants to hear of it: systemd with {@code Type=notify} (sd_notify(3)), or nobody. It is told by systemd's own
 * program {@code systemd-notify}, since Java has no datagram sockets of the unix family; the unit needs {@code NotifyAccess=all} for that.
 */
public final class Supervisor {
    private static final String PROGRAM = "systemd-notify";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    private final boolean listens;
    private final Optional<Duration> watchdog;
    private boolean isTroubleTold;

    private Supervisor(boolean listens, Optional<Duration> watchdog) {
        this.listens = listens;
        this.watchdog = watchdog;
    }

    /**
     * Finds out who is to be told.
     *
     * @param environment the process's environment variables: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}
     */
    public static Supervisor of(Map<String, String> environment) {
        boolean listens = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
        String ours = String.valueOf(ProcessHandle.current().pid());
        boolean isOurs = environment.getOrDefault("WATCHDOG_PID", ours).equals(ours);
        return new Supervisor(
                listens,
                listens && isOurs ? interval(environment.getOrDefault("WATCHDOG_USEC", "")) : Optional.empty());
    }

    private static Optional<Duration> interval(String micros) {
        return micros.matches("[1-9][0-9]{0,17}")
                ? Optional.of(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros))))
                : Optional.empty();
    }

    /** Returns how often it wants to hear that the service is {@linkplain #alive alive}, or it ends the service; empty if it does not care. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /**
     * Tells that the service serves, after its start or after other settings were taken.
     *
     * @param status how it is doing, one line
     */
    public void ready(String status) {
        tell("READY=1", status(status));
    }

    /**
     * Tells that the service does something else from now on.
     *
     * @param status how it is doing, one line
     */
    public void changed(String status) {
        tell(status(status));
    }

    /** Tells that other settings are being taken. */
    public void reloading() {
        // As systemd.service(5) has it: the clock is that of System.nanoTime on Linux.
        tell("RELOADING=1", "MONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /**
     * Tells that the service is alive, and once more that it serves: before version 246 a message could be lost, because the program that sent it
     * had ended too soon.
     *
     * @param status how it is doing, one line
     */
    public void alive(String status) {
        tell("WATCHDOG=1", "READY=1", status(status));
    }

    /** Tells that the service is ending. */
    public void stopping() {
        tell("STOPPING=1", status("stopping"));
    }

    private static String status(String text) {
        return "STATUS=" + text.replaceAll("\\p{Cntrl}", " ");
    }

    private synchronized void tell(String... variables) {
        if (!listens) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(variables));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                complain("it has not ended within " + PATIENCE.toSeconds() + " s", null);
            } else if (process.exitValue() != 0) {
                complain("it ended with exit status " + process.exitValue(), null);
            }
        } catch (IOException e) {
            complain(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void complain(String reason, IOException trouble) {
        LOG.log(
                isTroubleTold ? Level.FINE : Level.WARNING,
                trouble,
                () -> "systemd cannot be told how this service is doing: " + PROGRAM + ": " + reason);
        isTroubleTold = true;
    }
}

package io.agentctl.status;

import io.agentctl.activity.ConnectionActivity;
import io.agentctl.activity.LiveState;
import io.agentctl.activity.Outcome;
import io.agentctl.audit.Cause;
import io.agentctl.connection.Connection;
import io.agentctl.pki.RenewalWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The controller's health as lines of a Checkmk local check: state, quoted name, metrics or {@code -}, text. One line is about the service, and
 * one about each connection, always under the same name, so that the site has something to miss.
 *
 * @param status what the registry says
 * @param service what the service says of itself
 * @param troubles what others than the owner can do to the private keys
 * @param now the time
 */
public record LocalCheck(Status status, Service service, List<String> troubles, Instant now) {
    private static final String NAME = "Agent controller";

    /** The daemon looks every hour, and tries again within hours. */
    private static final Duration RENEWED_WITHIN = Duration.ofDays(2);

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\\\]");

    /** Checkmk's states, by their numbers. */
    private enum State {
        OK(0),
        WARN(1),
        CRIT(2);

        private final int number;

        State(int number) {
            this.number = number;
        }
    }

    /** Collects what is told of one thing, and the worst of it. */
    private static final class Verdict {
        private final List<String> texts = new ArrayList<>();
        private State state = State.OK;

        void tell(String text) {
            texts.add(text);
        }

        void tell(State worse, String text) {
            texts.add(text + (worse == State.CRIT ? " (!!)" : " (!)"));
            state = worse.compareTo(state) > 0 ? worse : state;
        }

        String line(String name, List<String> metrics) {
            return state.number + " \"" + name + "\" " + (metrics.isEmpty() ? "-" : String.join("|", metrics)) + " "
                    + CONTROL.matcher(String.join(", ", texts)).replaceAll(" ");
        }
    }

    /**
     * Returns the one line where nothing more can be found out.
     *
     * @param reason why not
     */
    public static String failure(String reason) {
        Verdict verdict = new Verdict();
        verdict.tell(State.CRIT, reason);
        return verdict.line(NAME, List.of());
    }

    /** Returns the lines, each without a newline. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(controller());
        status.connections().forEach(connection -> lines.add(connection(connection)));
        return lines;
    }

    private String controller() {
        Verdict verdict = new Verdict();
        List<String> metrics = new ArrayList<>();
        if (service instanceof Service.Running running) {
            LiveState state = running.state();
            verdict.tell("Version " + state.version() + " has been running for "
                    + ServiceText.span(Duration.between(state.started(), now)));
            verdict.tell(state.listening().isEmpty() ? "no port is open" : "listens on " + state.listening());
            metrics.add("refusals="
                    + state.refusals().values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
            if (!state.version().equals(status.version())) {
                verdict.tell(State.WARN, "version " + status.version() + " is installed: restart the service");
            }
        } else if (service instanceof Service.Silent silent) {
            verdict.tell(State.WARN, silent.error());
        } else {
            verdict.tell(
                    State.CRIT,
                    "Version " + status.version()
                            + " does not run, or does not tell: start the service, or see its log");
        }
        if (!status.agentOperational()) {
            verdict.tell(State.WARN, "the agent cannot be reached");
        }
        if (status.allowLegacyPull()) {
            verdict.tell(State.WARN, "legacy pull: anyone who may connect reads the agent's output in the clear");
        }
        troubles.forEach(trouble -> verdict.tell(State.WARN, trouble));
        return verdict.line(NAME, metrics);
    }

    private String connection(ConnectionStatus connection) {
        Verdict verdict = new Verdict();
        List<String> metrics = new ArrayList<>();
        Optional<ConnectionActivity> activity = service instanceof Service.Running running
                ? running.state().of(connection.connection().name())
                : Optional.empty();
        judgeCertificate(connection, activity, verdict, metrics);
        activity.ifPresent(known -> judge(known, verdict, metrics));
        return verdict.line(NAME + " " + connection.connection().name(), metrics);
    }

    private void judgeCertificate(
            ConnectionStatus connection, Optional<ConnectionActivity> activity, Verdict verdict, List<String> metrics) {
        if (connection.certificate().isEmpty()) {
            verdict.tell(State.CRIT, "The certificate cannot be read: register this host again");
            return;
        }
        CertificateInfo certificate = connection.certificate().get();
        Instant end = certificate.to();
        Instant due = RenewalWindow.dueAt(certificate.from(), end, now);
        metrics.add("certificate_days=" + Duration.between(now, end).toDays());
        if (now.isAfter(end)) {
            verdict.tell(State.CRIT, "The certificate ended on " + second(end) + ": register this host again");
            return;
        }
        boolean imported = connection.connection().kind() == Connection.Kind.PULL_IMPORTED;
        boolean isLate = due.isBefore(now) && now.isAfter(imported ? due : due.plus(RENEWED_WITHIN));
        if (!isLate) {
            verdict.tell("The certificate ends on " + second(end));
            return;
        }
        State state = Duration.between(due, end).dividedBy(2).compareTo(Duration.between(now, end)) > 0
                ? State.CRIT
                : State.WARN;
        verdict.tell(
                state,
                imported
                        ? "The certificate ends on " + second(end)
                                + ", and imported connections are not renewed: import it again"
                        : "The certificate ends on " + second(end) + ", and has been due for renewal since "
                                + second(due)
                                + activity.flatMap(ConnectionActivity::lastRenewal)
                                        .flatMap(Outcome::failure)
                                        .map(reason -> ": " + reason)
                                        .orElse(""));
    }

    private static void judge(ConnectionActivity activity, Verdict verdict, List<String> metrics) {
        metrics.add("pulls=" + activity.pulls());
        metrics.add("failed_pulls="
                + activity.failedPulls().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        metrics.add("pushes=" + activity.pushes());
        metrics.add("failed_pushes=" + activity.failedPushes());
        activity.lastPull().ifPresent(pull -> {
            metrics.add("pull_ms=" + pull.millis());
            verdict.tell("last pull at " + second(pull.at()) + " by " + pull.peer());
        });
        if (activity.isPullFailing()) {
            activity.lastFailedPull()
                    .filter(failed -> failed.cause() != Cause.STOPPED)
                    .ifPresent(failed -> verdict.tell(State.WARN, "the last pull failed: " + failed.reason()));
        }
        activity.lastPush()
                .ifPresent(push -> push.failure()
                        .ifPresentOrElse(
                                reason -> verdict.tell(State.WARN, "the last push failed: " + reason),
                                () -> verdict.tell("last push at " + second(push.at()))));
        activity.lastRenewal()
                .flatMap(Outcome::failure)
                .filter(reason -> verdict.state == State.OK)
                .ifPresent(reason -> verdict.tell(State.WARN, "the last renewal failed: " + reason));
    }

    private static Instant second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS);
    }
}

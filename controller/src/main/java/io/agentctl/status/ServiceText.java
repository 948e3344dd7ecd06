package io.agentctl.status;

import io.agentctl.activity.ConnectionActivity;
import io.agentctl.activity.FailedPull;
import io.agentctl.activity.LiveState;
import io.agentctl.activity.Outcome;
import io.agentctl.activity.ServedPull;
import io.agentctl.audit.Cause;
import io.agentctl.connection.Connection;
import io.agentctl.pki.RenewalWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the service says of itself, for people; a part of {@link StatusText}.
 *
 * @param service what it says
 * @param now the time
 */
record ServiceText(Service service, Instant now) {
    private static final String TROUBLE = StatusText.TROUBLE;

    /** Returns the lines about the service as a whole. */
    List<String> lines() {
        if (service instanceof Service.NotRunning) {
            return List.of("Service: not running" + TROUBLE);
        }
        if (service instanceof Service.Silent silent) {
            return List.of("Service: " + silent.error() + TROUBLE);
        }
        return service instanceof Service.Running running ? about(running.state()) : List.of();
    }

    private List<String> about(LiveState state) {
        List<String> lines = new ArrayList<>();
        lines.add("Service: version " + state.version() + ", process " + state.process() + ", running for "
                + span(Duration.between(state.started(), now))
                + state.reloaded()
                        .map(at -> ", settings read anew " + Rfc2822.format(at))
                        .orElse(""));
        lines.add("Listening on: " + (state.listening().isEmpty() ? "no port" : state.listening()));
        lines.add("Refused: " + counts(state.refusals())
                + (state.untold() > 0 ? ", of which " + state.untold() + " stand in no log" : ""));
        lines.add("Handshakes: " + state.handshakes().count()
                + mean(state.handshakes().mean()));
        lines.add("Agent runs: " + state.agentRuns().count()
                + mean(state.agentRuns().mean()));
        state.of("").ifPresent(inTheClear -> {
            lines.add("Pulls in the clear: " + inTheClear.pulls());
            inTheClear.lastPull().ifPresent(pull -> lines.add("Last pull in the clear: " + pull(pull)));
        });
        return lines;
    }

    /** Returns the lines about one connection. */
    List<String> about(ConnectionStatus status) {
        if (!(service instanceof Service.Running running)) {
            return List.of();
        }
        Connection connection = status.connection();
        Optional<ConnectionActivity> known = running.state().of(connection.name());
        List<String> lines = new ArrayList<>();
        lines.add("\tService:");
        if (connection.kind() == Connection.Kind.PUSH) {
            lines.add("\t\tLast push: "
                    + known.flatMap(ConnectionActivity::lastPush)
                            .map(ServiceText::outcome)
                            .orElse("none yet"));
            known.ifPresent(
                    activity -> lines.add("\t\tPushes: " + activity.pushes() + ", failed: " + activity.failedPushes()));
        } else {
            addPulls(lines, known);
        }
        known.flatMap(ConnectionActivity::lastRenewal)
                .ifPresent(outcome -> lines.add("\t\tLast renewal: " + outcome(outcome)));
        if (connection.kind() != Connection.Kind.PULL_IMPORTED) {
            status.certificate()
                    .ifPresent(certificate -> lines.add("\t\tNext renewal: "
                            + known.flatMap(ConnectionActivity::nextTry)
                                    .map(at -> "tried again " + Rfc2822.format(at) + TROUBLE)
                                    .orElseGet(() -> "due " + Rfc2822.format(due(certificate)))));
        }
        return lines;
    }

    private static void addPulls(List<String> lines, Optional<ConnectionActivity> known) {
        lines.add("\t\tLast pull: "
                + known.flatMap(ConnectionActivity::lastPull)
                        .map(ServiceText::pull)
                        .orElse("none yet"));
        known.ifPresent(activity -> {
            lines.add("\t\tPulls: " + activity.pulls() + ", failed: " + counts(activity.failedPulls()));
            activity.lastFailedPull()
                    .ifPresent(failed -> lines.add(
                            "\t\tLast failed pull: " + pull(failed) + (activity.isPullFailing() ? TROUBLE : "")));
        });
    }

    /** When a certificate is renewed, unless that fails. */
    Instant due(CertificateInfo certificate) {
        return RenewalWindow.dueAt(certificate.from(), certificate.to(), now);
    }

    private static String pull(ServedPull pull) {
        return Rfc2822.format(pull.at()) + " by " + pull.peer() + ", " + pull.outputBytes() + " bytes, "
                + pull.sentBytes() + " sent, " + pull.millis() + " ms";
    }

    private static String pull(FailedPull pull) {
        return Rfc2822.format(pull.at()) + " by " + pull.peer() + ": " + pull.reason();
    }

    private static String outcome(Outcome outcome) {
        return Rfc2822.format(outcome.at())
                + outcome.failure()
                        .map(reason -> " failed: " + reason + TROUBLE)
                        .orElse(", done");
    }

    private static String counts(Map<Cause, Long> counts) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return all
                + (all == 0
                        ? ""
                        : counts.entrySet().stream()
                                .sorted(Map.Entry.<Cause, Long>comparingByValue(Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                                .map(entry -> entry.getKey().label() + " " + entry.getValue())
                                .collect(Collectors.joining(", ", " (", ")")));
    }

    private static String mean(Duration mean) {
        return mean.isZero() ? "" : ", " + mean.toMillis() + " ms in the mean";
    }

    /** In two units at most. */
    static String span(Duration span) {
        if (span.toMinutes() < 1) {
            return span.toSeconds() + " s";
        }
        if (span.toHours() < 1) {
            return span.toMinutes() + " min " + span.toSecondsPart() + " s";
        }
        return span.toDays() < 1
                ? span.toHours() + " h " + span.toMinutesPart() + " min"
                : span.toDays() + " d " + span.toHoursPart() + " h";
    }
}

package io.agentctl.doctor;

import io.agentctl.activity.ConnectionActivity;
import io.agentctl.activity.LiveState;
import io.agentctl.activity.Outcome;
import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.live.LiveSocket;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The service of this home, and what it remembers of each connection.
 *
 * @param socket where it is asked
 * @param version what it should be
 * @param registry the connections
 * @param now the time
 */
record ServiceExamination(LiveSocket socket, String version, Registry registry, Instant now) implements Examination {
    /** Sites pull and are pushed to every minute. */
    private static final Duration LONG = Duration.ofMinutes(10);

    @Override
    public String subject() {
        return "Service";
    }

    @Override
    public List<Finding> look() {
        try {
            Optional<LiveState> state = socket.ask();
            return state.isPresent() ? findings(state.get()) : List.of(missing());
        } catch (IOException e) {
            return List.of(Finding.warning(e.getMessage())
                    .mendedBy(
                            "run this as the user of the service, and start the service again if that does not help"));
        }
    }

    /** Not a failure: another controller may serve this registry, and pushes may come from a timer. Who serves pulls is looked at by itself. */
    private Finding missing() {
        return registry.isEmpty()
                ? Finding.ok("does not run, and no site is registered that would need it")
                : Finding.warning("does not run, or is of an older version")
                        .mendedBy("run: systemctl start agent-ctl (or without systemd: " + Command.of("daemon") + ")");
    }

    private List<Finding> findings(LiveState state) {
        List<Finding> findings = new ArrayList<>();
        findings.add(
                state.version().equals(version)
                        ? Finding.ok("runs since " + second(state.started()) + " as process " + state.process()
                                + ", version " + version)
                        : Finding.warning("runs version " + state.version() + " while " + version + " is installed")
                                .mendedBy("start it again: systemctl restart agent-ctl"));
        for (Connection connection : registry.connections()) {
            Optional<ConnectionActivity> activity = state.of(connection.name());
            findings.add(
                    connection.kind() == Connection.Kind.PUSH
                            ? pushed(connection.name(), activity, state)
                            : pulled(connection.name(), activity, state));
            activity.flatMap(ConnectionActivity::lastRenewal)
                    .ifPresent(renewal -> findings.add(
                            renewed(connection.name(), renewal, activity.get().nextTry())));
        }
        return findings;
    }

    private Finding pulled(String name, Optional<ConnectionActivity> activity, LiveState state) {
        if (activity.filter(ConnectionActivity::isPullFailing).isPresent()) {
            return Finding.failure(name + ": the last pull failed: "
                    + activity.get().lastFailedPull().orElseThrow().reason());
        }
        return activity.flatMap(ConnectionActivity::lastPull)
                .map(pull -> isLongAgo(pull.at())
                        ? Finding.warning(name + ": the last pull was at " + second(pull.at()) + ", by " + pull.peer())
                                .mendedBy(reach())
                        : Finding.ok(name + ": pulled at " + second(pull.at()) + " by " + pull.peer() + ", "
                                + pull.outputBytes() + " bytes in " + pull.millis() + " ms"))
                .orElseGet(() -> isLongAgo(state.started())
                        ? Finding.warning(name + ": not pulled since the service's start")
                                .mendedBy(reach())
                        : Finding.ok(name + ": not pulled yet since the service's start"));
    }

    private Finding pushed(String name, Optional<ConnectionActivity> activity, LiveState state) {
        Optional<Outcome> last = activity.flatMap(ConnectionActivity::lastPush);
        if (last.isEmpty()) {
            return isLongAgo(state.started())
                    ? Finding.warning(name + ": not pushed to since the service's start")
                    : Finding.ok(name + ": not pushed to yet since the service's start");
        }
        return last.get()
                .failure()
                .map(reason -> Finding.failure(name + ": the last push failed: " + reason))
                .orElseGet(() ->
                        Finding.ok(name + ": pushed to at " + second(last.get().at())));
    }

    private static Finding renewed(String name, Outcome renewal, Optional<Instant> nextTry) {
        return renewal.failure()
                .map(reason -> Finding.warning(name + ": the last renewal failed: " + reason
                        + nextTry.map(at -> "; it is tried again at " + second(at))
                                .orElse("")))
                .orElseGet(() -> Finding.ok(name + ": key and certificate were renewed at " + second(renewal.at())));
    }

    private boolean isLongAgo(Instant moment) {
        return Duration.between(moment, now).compareTo(LONG) > 0;
    }

    private static Instant second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String reach() {
        return "see at the site whether it pulls this host, and whether a firewall on the way lets it reach the pull port";
    }
}

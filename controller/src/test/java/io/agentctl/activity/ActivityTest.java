package io.agentctl.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.Cause;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.json.JsonText;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is counted, what is forgotten, and that it survives the way from process to process. */
class ActivityTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final String NEXT = "2031-05-06T08:08:09Z";

    private final Activity activity = new Activity("1.2.3", 4711, Clock.fixed(NOW, ZoneOffset.UTC));
    private final Connection site = imported();
    private final Connection other = imported();

    @Test
    void knowsNothingAtFirst() {
        assertThat(activity.state())
                .isEqualTo(new LiveState(
                        "1.2.3",
                        4711,
                        NOW,
                        Optional.empty(),
                        "",
                        false,
                        List.of(),
                        Map.of(),
                        0,
                        Distribution.EMPTY,
                        Distribution.EMPTY));
    }

    @Test
    void countsPullsByConnection() {
        activity.served(Optional.of(site), "10.0.0.1", 1000, 100, 20);
        activity.served(Optional.of(site), "10.0.0.2", 2000, 200, 30);
        activity.failed(Optional.of(site), "10.0.0.3", Cause.AGENT_FAILED, "it broke");
        activity.served(Optional.empty(), "10.0.0.4", 10, 10, 1);

        ConnectionActivity known = activity.state().of(site.name()).orElseThrow();
        assertThat(known.pulls()).isEqualTo(2);
        assertThat(known.outputBytes()).isEqualTo(3000);
        assertThat(known.sentBytes()).isEqualTo(300);
        assertThat(known.lastPull()).contains(new ServedPull(NOW, "10.0.0.2", 2000, 200, 30));
        assertThat(known.failedPulls()).containsExactly(Map.entry(Cause.AGENT_FAILED, 1L));
        assertThat(known.lastFailedPull()).contains(new FailedPull(NOW, "10.0.0.3", Cause.AGENT_FAILED, "it broke"));
        assertThat(activity.state().of("").orElseThrow().pulls()).isEqualTo(1);
        assertThat(activity.state().of(other.name())).isEmpty();
    }

    @Test
    void hearsOfPushesRenewalsAndThePort() {
        activity.record(about(AuditEvent.Kind.PUSHED));
        activity.record(about(AuditEvent.Kind.PUSH_FAILED).with(Field.REASON, "no way"));
        activity.record(about(AuditEvent.Kind.RENEWAL_FAILED)
                .with(Field.REASON, "not now")
                .with(Field.NEXT_TRY, NEXT));
        activity.record(AuditEvent.of(AuditEvent.Kind.LEGACY_PULL_OPENED).with(Field.LISTEN, "[::]:6556"));

        ConnectionActivity known = activity.state().of(site.name()).orElseThrow();
        assertThat(known.pushes()).isEqualTo(1);
        assertThat(known.failedPushes()).isEqualTo(1);
        assertThat(known.lastPush()).contains(new Outcome(NOW, Optional.of("no way")));
        assertThat(known.failedRenewals()).isEqualTo(1);
        assertThat(known.lastRenewal()).contains(new Outcome(NOW, Optional.of("not now")));
        assertThat(known.nextTry()).contains(Instant.parse(NEXT));
        assertThat(activity.state().listening()).isEqualTo("[::]:6556");
        assertThat(activity.state().inTheClear()).isTrue();

        activity.record(about(AuditEvent.Kind.RENEWED));
        activity.record(AuditEvent.of(AuditEvent.Kind.PORT_CLOSED).with(Field.LISTEN, "[::]:6556"));
        assertThat(activity.state().of(site.name()).orElseThrow().nextTry()).isEmpty();
        assertThat(activity.state().of(site.name()).orElseThrow().lastRenewal())
                .contains(new Outcome(NOW, Optional.empty()));
        assertThat(activity.state().listening()).isEmpty();
        assertThat(activity.state().inTheClear()).isFalse();
    }

    @Test
    void countsRefusalsAndTimes() {
        activity.refused(Cause.NOT_ALLOWED_IP);
        activity.refused(Cause.NOT_ALLOWED_IP);
        activity.refused(Cause.HANDSHAKE_FAILED);
        activity.leftUntold(40);
        activity.shook(TimeUnit.MILLISECONDS.toNanos(5));
        activity.shook(TimeUnit.MILLISECONDS.toNanos(5) + 1);
        activity.agentRan(TimeUnit.MINUTES.toNanos(3));

        LiveState state = activity.state();
        assertThat(state.refusals())
                .containsOnly(Map.entry(Cause.NOT_ALLOWED_IP, 2L), Map.entry(Cause.HANDSHAKE_FAILED, 1L));
        assertThat(state.untold()).isEqualTo(40);
        assertThat(state.handshakes().counts()).startsWith(1L, 1L, 0L).endsWith(0L);
        assertThat(state.agentRuns().counts()).startsWith(0L).endsWith(1L);
        assertThat(state.agentRuns().mean()).hasMinutes(3);
    }

    @Test
    void forgetsConnectionsThatAreGone() {
        for (int i = 0; i < 1000; i++) {
            activity.served(Optional.of(imported()), "10.0.0.1", 1, 1, 1);
        }
        activity.served(Optional.of(site), "10.0.0.1", 1, 1, 1);
        activity.served(Optional.empty(), "10.0.0.1", 1, 1, 1);

        activity.follows(new Registry(List.of(site), Map.of()));

        assertThat(activity.state().connections())
                .extracting(ConnectionActivity::name)
                .containsExactlyInAnyOrder("", site.name());
    }

    @Test
    void survivesTheWayFromProcessToProcess() throws Exception {
        assertThat(sent(activity.state())).isEqualTo(activity.state());
        countsPullsByConnection();
        hearsOfPushesRenewalsAndThePort();
        activity.record(about(AuditEvent.Kind.RENEWAL_FAILED)
                .with(Field.REASON, "Grüße\n\u001b[31m")
                .with(Field.NEXT_TRY, NEXT));
        countsRefusalsAndTimes();
        activity.record(AuditEvent.of(AuditEvent.Kind.RELOADED));

        assertThat(sent(activity.state())).isEqualTo(activity.state());
        assertThat(activity.state().reloaded()).contains(NOW);
    }

    /** A service that was updated on disk and not started again is asked by a newer command, and the other way round. */
    @Test
    void passesOverWhatAnotherVersionAdds() throws Exception {
        activity.refused(Cause.NOT_ALLOWED_IP);
        activity.failed(Optional.of(site), "10.0.0.3", Cause.AGENT_FAILED, "it broke");
        String text = JsonText.compact(LiveStateJson.fields(activity.state()));

        LiveState read = LiveStateJson.of(JsonText.object(text.replace("agent-failed", "something-new")
                .replace("{\"not-allowed-ip\":1}", "{\"not-allowed-ip\":1,\"newer\":7}")
                .replaceFirst("\\{", "{\"news\":[1,2],")
                .replaceFirst("\"counts\":\\[[0-9,]*]", "\"counts\":[1,2,3]")));

        assertThat(read.refusals()).containsOnly(Map.entry(Cause.NOT_ALLOWED_IP, 1L));
        assertThat(read.of(site.name()).orElseThrow().failedPulls()).isEmpty();
        assertThat(read.of(site.name()).orElseThrow().lastFailedPull()).isEmpty();
        assertThat(read.handshakes()).isEqualTo(Distribution.EMPTY);
    }

    private AuditEvent about(AuditEvent.Kind kind) {
        return AuditEvent.of(kind).with(Field.CONNECTION, site.name());
    }

    private static LiveState sent(LiveState state) throws Exception {
        return LiveStateJson.of(JsonText.object(JsonText.compact(LiveStateJson.fields(state))));
    }

    private static Connection imported() {
        return new Connection(
                Connection.Kind.PULL_IMPORTED,
                Optional.empty(),
                UUID.randomUUID(),
                "key",
                "certificate",
                "root",
                Map.of());
    }
}

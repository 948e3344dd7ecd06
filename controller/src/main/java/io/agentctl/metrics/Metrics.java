package io.agentctl.metrics;

import io.agentctl.activity.ConnectionActivity;
import io.agentctl.activity.Distribution;
import io.agentctl.activity.LiveState;
import io.agentctl.audit.Cause;
import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Writes metrics in Prometheus' text format 0.0.4. Their names and labels are an interface, documented in {@code docs/observing.md}. */
public final class Metrics {
    private static final String PREFIX = "agentctl_";
    private static final String CONNECTION = "connection";
    private static final String CAUSE = "cause";
    private static final double MILLIS_IN_SECOND = 1_000;
    private static final double NANOS_IN_SECOND = 1_000_000_000;

    private final List<MetricSnapshot> metrics = new ArrayList<>();

    private Metrics() {}

    /**
     * Writes all metrics.
     *
     * @param state the service's live state
     * @param registry the connections, for their certificates
     * @return the text
     */
    public static String text(LiveState state, Registry registry) {
        Metrics metrics = new Metrics();
        metrics.addService(state);
        metrics.addPulls(state);
        metrics.addPushes(state);
        metrics.addRenewals(state, registry);
        metrics.addProcess(state);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(bytes, new MetricSnapshots(metrics.metrics));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does no I/O", e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void addService(LiveState state) {
        metrics.add(InfoSnapshot.builder()
                .name(PREFIX + "build")
                .help("The version that runs")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", state.version()))
                        .build())
                .build());
        gauge("listening", "Whether the pull port is open", state.listening().isEmpty() ? 0 : 1);
        gauge("legacy_pull", "Whether anyone gets the output, in the clear", state.inTheClear() ? 1 : 0);
    }

    private void addPulls(LiveState state) {
        counter("pulls", "Pulls that brought the whole output", state, ConnectionActivity::pulls);
        counter("output_bytes", "Bytes of agent output in them", state, ConnectionActivity::outputBytes);
        counter("sent_bytes", "Bytes sent for them inside TLS", state, ConnectionActivity::sentBytes);
        CounterSnapshot.Builder failures =
                CounterSnapshot.builder().name(PREFIX + "pull_failures").help("Pulls by registered sites that failed");
        state.connections()
                .forEach(connection -> connection
                        .failedPulls()
                        .forEach((cause, count) -> failures.dataPoint(
                                count(Labels.of(CONNECTION, connection.name(), CAUSE, cause.label()), count))));
        metrics.add(failures.build());
        CounterSnapshot.Builder refusals =
                CounterSnapshot.builder().name(PREFIX + "refusals").help("Pullers who got nothing");
        for (Map.Entry<Cause, Long> refusal : state.refusals().entrySet()) {
            refusals.dataPoint(count(Labels.of(CAUSE, refusal.getKey().label()), refusal.getValue()));
        }
        metrics.add(refusals.build());
        instants(
                "last_pull_timestamp",
                "When a pull brought the whole output last",
                state,
                connection -> connection.lastPull().map(pull -> pull.at()));
        histogram("handshake", "From a puller's arrival to the end of its handshake", state.handshakes());
        histogram("agent_run", "Runs of the agent, as fast as pullers took the output", state.agentRuns());
    }

    private void addPushes(LiveState state) {
        counter("pushes", "Pushes that succeeded", state, ConnectionActivity::pushes);
        counter("push_failures", "Pushes that failed", state, ConnectionActivity::failedPushes);
    }

    private void addRenewals(LiveState state, Registry registry) {
        counter("renewals", "Renewals of key and certificate by the service", state, ConnectionActivity::renewals);
        counter("renewal_failures", "Renewals that failed", state, ConnectionActivity::failedRenewals);
        GaugeSnapshot.Builder ends = seconds("certificate_expiry_timestamp", "When a connection's certificate ends");
        for (Connection connection : registry.connections()) {
            end(connection).ifPresent(end -> ends.dataPoint(at(connection.name(), end)));
        }
        metrics.add(ends.build());
    }

    /** Under the names that Prometheus' own clients give them. */
    private void addProcess(LiveState state) {
        metrics.add(GaugeSnapshot.builder()
                .name("process_start_time_seconds")
                .help("Start of the service")
                .unit(Unit.SECONDS)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(state.started().toEpochMilli() / MILLIS_IN_SECOND)
                        .build())
                .build());
        Optional<Duration> cpu = ProcessHandle.current().info().totalCpuDuration();
        cpu.ifPresent(used -> metrics.add(CounterSnapshot.builder()
                .name("process_cpu_seconds")
                .help("CPU time of the process")
                .unit(Unit.SECONDS)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(used.toNanos() / NANOS_IN_SECOND)
                        .build())
                .build()));
        Runtime jvm = Runtime.getRuntime();
        heap("jvm_memory_used", "Used heap of the JVM", jvm.totalMemory() - jvm.freeMemory());
        heap("jvm_memory_committed", "Heap that the JVM has taken", jvm.totalMemory());
        heap("jvm_memory_max", "Heap that the JVM may take", jvm.maxMemory());
    }

    private void heap(String name, String help, long bytes) {
        metrics.add(GaugeSnapshot.builder()
                .name(name + "_bytes")
                .help(help)
                .unit(Unit.BYTES)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("area", "heap"))
                        .value((double) bytes)
                        .build())
                .build());
    }

    private void gauge(String name, String help, double value) {
        metrics.add(GaugeSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build());
    }

    private void counter(String name, String help, LiveState state, ToLongFunction<ConnectionActivity> value) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name(PREFIX + name).help(help);
        state.connections()
                .forEach(connection -> counter.dataPoint(
                        count(Labels.of(CONNECTION, connection.name()), value.applyAsLong(connection))));
        metrics.add(counter.build());
    }

    private void instants(
            String name, String help, LiveState state, Function<ConnectionActivity, Optional<Instant>> instant) {
        GaugeSnapshot.Builder gauge = seconds(name, help);
        state.connections()
                .forEach(connection ->
                        instant.apply(connection).ifPresent(known -> gauge.dataPoint(at(connection.name(), known))));
        metrics.add(gauge.build());
    }

    private void histogram(String name, String help, Distribution distribution) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int place = 0; place < distribution.counts().size(); place++) {
            double bound = place < Distribution.BOUNDS.size()
                    ? Distribution.BOUNDS.get(place) / MILLIS_IN_SECOND
                    : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, distribution.counts().get(place));
        }
        metrics.add(HistogramSnapshot.builder()
                .name(PREFIX + name + "_seconds")
                .help(help)
                .unit(Unit.SECONDS)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(distribution.nanos() / NANOS_IN_SECOND)
                        .build())
                .build());
    }

    private static GaugeSnapshot.Builder seconds(String name, String help) {
        return GaugeSnapshot.builder()
                .name(PREFIX + name + "_seconds")
                .help(help)
                .unit(Unit.SECONDS);
    }

    private static GaugeDataPointSnapshot at(String connection, Instant instant) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of(CONNECTION, connection))
                .value(instant.toEpochMilli() / MILLIS_IN_SECOND)
                .build();
    }

    private static CounterDataPointSnapshot count(Labels labels, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) count)
                .build();
    }

    /** What cannot be read ends nowhere; {@code status} and {@code doctor} say so. */
    private static Optional<Instant> end(Connection connection) {
        try {
            return Optional.of(Pem.certificates(connection.certificate())
                    .get(0)
                    .getNotAfter()
                    .toInstant());
        } catch (PkiException e) {
            return Optional.empty();
        }
    }
}

package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Workbench.Home;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Many certificates that are due at once, as after a long time without the sites, while pulls go on. */
final class RenewalsPart implements Part {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration BETWEEN_PULLS = Duration.ofMillis(100);

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        Table table = new Table(
                "certificates due",
                "renewed",
                "seconds",
                "CPU-s",
                "CPU-ms each",
                "RSS MiB, peak",
                "pulls meanwhile",
                "failed");
        List<Map<String, Object>> figures = new ArrayList<>();
        for (int count : plan.extent().renewals()) {
            one(bench, count, table, figures);
        }
        return new Chapter(
                table.markdown()
                        + "\nEach connection is one site's; all are answered by one simulated site on this machine, whose CPU is not counted. "
                        + "The CPU of the pulls meanwhile is.\n",
                Map.of("renewals", figures));
    }

    private static void one(Workbench bench, int count, Table table, List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        try (SimulatedSite site = new SimulatedSite("bench", bench.clock())) {
            Progress.say("registering at " + count + " sites whose certificates are due");
            List<Connection> due = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                due.add(due(site, bench.clock().instant(), i));
            }
            Home home = bench.home(due, bench.agent());
            try (Server server = bench.ours("agent-ctl", home);
                    Background pulls = new Background(site, server, due, bench.text())) {
                Progress.say("waiting for the first renewal");
                await(() -> renewals(site) > 0);
                long begin = System.nanoTime();
                long cpuBegin = bench.cpu().nanos(server.process());
                server.memory().forgetPeak();
                int pullsBegin = pulls.done();
                Progress.say("renewing");
                await(() -> renewals(site) >= count && stored(home, due) == count);
                double seconds = (System.nanoTime() - begin) / 1e9;
                double cpu = (bench.cpu().nanos(server.process()) - cpuBegin) / 1e9;
                int meanwhile = pulls.done() - pullsBegin;
                table.row(
                        number(count),
                        number(stored(home, due)),
                        number(seconds),
                        number(cpu),
                        number(1000 * cpu / count),
                        number(server.memory().peak()),
                        number(meanwhile),
                        number(pulls.failed()));
                Map<String, Object> figure = new LinkedHashMap<>();
                figure.put("due", count);
                figure.put("wall_s", seconds);
                figure.put("cpu_s", cpu);
                figure.put("peak_rss_mib", server.memory().peak());
                figure.put("pulls_meanwhile", meanwhile);
                figure.put("failed_pulls", pulls.failed());
                figure.put("first_failures", pulls.failures());
                figures.add(figure);
            }
        }
    }

    /** A host whose certificate has a month left. */
    private static Connection due(SimulatedSite site, Instant now, int number) {
        UUID uuid = UUID.randomUUID();
        Issued host = site.agentCa()
                .issue(uuid.toString())
                .key(TestKeys.ec())
                .valid(now.minus(Duration.ofDays(300)), now.plus(Duration.ofDays(30)))
                .mint();
        site.roster().register(uuid, "host" + number, ConnectionMode.PULL);
        return Connection.registered(
                ConnectionMode.PULL,
                site.alsoAs("site" + number),
                uuid,
                host.privateKeyPem(),
                host.certificatePem(),
                site.ca().pem());
    }

    private static int renewals(SimulatedSite site) {
        return site.requests(Endpoint.RENEW_CERTIFICATE).size();
    }

    private static int stored(Home home, List<Connection> before) throws IOException {
        try {
            List<Connection> now = new ArrayList<>(home.registry().read().connections());
            now.removeAll(before);
            return now.size();
        } catch (RegistryException e) {
            throw new IOException(e);
        }
    }

    /** A question that can fail. */
    @FunctionalInterface
    private interface Question {
        boolean isTrue() throws IOException;
    }

    private static void await(Question question) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!question.isTrue()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IOException("the renewals have not ended after " + PATIENCE.toMinutes() + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Pulls over all hosts in turn, a few in a second, until it is closed. */
    private static final class Background implements AutoCloseable {
        private final SimulatedSite site;
        private final Server server;
        private final List<Connection> hosts;
        private final String text;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger done = new AtomicInteger();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final Thread thread = new Thread(this::pull, "background pulls");

        Background(SimulatedSite site, Server server, List<Connection> hosts, byte[] text) {
            this.site = site;
            this.server = server;
            this.hosts = hosts;
            this.text = new String(text, StandardCharsets.ISO_8859_1);
            thread.setDaemon(true);
            thread.start();
        }

        int done() {
            return done.get();
        }

        int failed() {
            return failures.size();
        }

        List<String> failures() {
            return failures.stream().limit(5).toList();
        }

        private void pull() {
            for (int i = 0; !stopped.get(); i++) {
                try {
                    Pull pull = site.fetcher(hosts.get(i % hosts.size()).uuid()).pull(server.address());
                    if (!pull.isComplete() || !pull.payload().equals(text)) {
                        failures.add(pull.end() + ": " + pull.detail());
                    }
                    TimeUnit.NANOSECONDS.sleep(BETWEEN_PULLS.toNanos());
                } catch (IOException | RuntimeException e) {
                    failures.add(e.toString());
                } catch (InterruptedException e) {
                    return;
                }
                done.incrementAndGet();
            }
        }

        @Override
        public void close() {
            stopped.set(true);
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(60));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.LoadClient.Load;
import io.agentctl.bench.Workbench.Home;
import io.agentctl.connection.Connection;
import io.agentctl.connection.RegistryException;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How cost grows with the count of registered sites, and with the count of clients that pull at once. */
final class ScalePart implements Part {
    private static final int CLIENTS_OF_FIRST_PULLS = 3;

    /** Long enough to notice a change, which is looked for twice a second, and to follow it. */
    private static final Duration AFTER_CHANGE = Duration.ofSeconds(3);

    private static final int CHANGES = 3;

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        int most = plan.extent().siteCounts().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        Progress.say("registering at " + most + " sites");
        List<Connection> connections = bench.connections(KeyType.EC_P256, most);
        Table sites = new Table(
                "registered sites",
                "listening after ms",
                "RSS MiB then",
                "first pull of each: CPU-ms",
                "RSS MiB then",
                "a change of the registry: CPU-ms");
        Table grid =
                new Table("registered sites", "clients", "CPU-ms per pull", "p50 ms", "p99 ms", "pulls/s", "RSS MiB");
        List<Map<String, Object>> siteFigures = new ArrayList<>();
        List<Map<String, Object>> gridFigures = new ArrayList<>();
        for (int count : plan.extent().siteCounts()) {
            List<Connection> some = connections.subList(0, count);
            Home home = bench.home(some, bench.agent());
            try (Server server = bench.ours("agent-ctl", home)) {
                TimeUnit.NANOSECONDS.sleep(plan.extent().settling().toNanos());
                oneRegistry(bench, server, home, some, sites, siteFigures);
                for (int clients : plan.extent().clientCounts()) {
                    Progress.say(count + " sites, " + clients + " clients");
                    oneCell(bench, plan, server, some, clients, grid, gridFigures);
                }
            }
        }
        return new Chapter(
                sites.markdown() + "\n" + grid.markdown(), Map.of("registries", siteFigures, "load", gridFigures));
    }

    private static void oneRegistry(
            Workbench bench,
            Server server,
            Home home,
            List<Connection> connections,
            Table table,
            List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        double before = server.memory().now();
        List<UUID> hosts = connections.stream().map(Connection::uuid).toList();
        Progress.say(hosts.size() + " sites, the first pull of each");
        Batch first = bench.client()
                .pull(new Load(server, hosts, Math.min(CLIENTS_OF_FIRST_PULLS, hosts.size()), hosts.size()));
        double after = server.memory().now();
        double change = change(bench, server, home);
        table.row(
                number(hosts.size()),
                number(server.millisToListening()),
                number(before),
                number(first.serverMillisPerPull()),
                number(after),
                number(change));
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("sites", hosts.size());
        figure.put("listening_ms", server.millisToListening());
        figure.put("rss_mib", before);
        figure.put("first_pull_cpu_ms", first.serverMillisPerPull());
        figure.put("rss_mib_after_first_pulls", after);
        figure.put("registry_change_cpu_ms", change);
        figures.add(figure);
    }

    /**
     * What it costs the daemon that another process has replaced the registry. The least of several, since what else it does in its
     * first minute would be counted, too.
     */
    private static double change(Workbench bench, Server server, Home home) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            long before = bench.cpu().nanos(server.process());
            try {
                home.registry().update(registry -> registry);
            } catch (RegistryException e) {
                throw new IOException(e);
            }
            TimeUnit.NANOSECONDS.sleep(AFTER_CHANGE.toNanos());
            millis.add((bench.cpu().nanos(server.process()) - before) / 1e6);
        }
        return Distribution.of(millis).least();
    }

    private static void oneCell(
            Workbench bench,
            Plan plan,
            Server server,
            List<Connection> connections,
            int clients,
            Table table,
            List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        // Each client its fair share of turns, and all sites in turn.
        int pulls = Stream.of(4 * plan.turns().pulls(), 6 * clients)
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        List<UUID> hosts = connections.stream().map(Connection::uuid).toList();
        Batch batch = bench.client().pull(new Load(server, hosts, clients, pulls));
        Distribution totals = Distribution.of(batch.totalsInMillis());
        double rss = server.memory().now();
        table.row(
                number(connections.size()),
                String.valueOf(clients),
                number(batch.serverMillisPerPull()),
                number(totals.median()),
                number(totals.percentile(99)),
                number(batch.pullsPerSecond()),
                number(rss));
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("sites", connections.size());
        figure.put("clients", clients);
        figure.put("cpu_ms_per_pull", batch.serverMillisPerPull());
        figure.put("total_ms_p50", totals.median());
        figure.put("total_ms_p99", totals.percentile(99));
        figure.put("pulls_per_second", batch.pullsPerSecond());
        figure.put("rss_mib", rss);
        figures.add(figure);
    }
}

package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Contestant.Running;
import io.agentctl.bench.LoadClient.Load;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The first pulls after a start: a host that is pulled once a minute knows few others. */
final class ColdPart implements Part {
    private static final int PULLS = 20;
    private static final List<Integer> SHOWN = List.of(1, 5, 20);
    private static final Budget FIRST_PULL = new Budget(10, " CPU-ms");

    /** More than these are more than anyone waits for. */
    private static final Duration LONG = Duration.ofSeconds(10);

    /** What one contestant took: before its first pull, and then pull by pull; each list has an element for each start. */
    private record Line(Contestant contestant, List<Double> start, List<List<Double>> pulls, List<Double> firstWall) {
        Distribution cpuOf(int pull) {
            return Distribution.of(
                    pulls.stream().map(costs -> costs.get(pull - 1)).toList());
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("server", contestant.label());
            figures.put("key", contestant.keyType().label());
            figures.put("cpu_ms_before_first_pull", start);
            figures.put("cpu_ms_of_pulls", pulls);
            figures.put("wall_ms_of_first_pull", firstWall);
            return figures;
        }
    }

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        for (KeyType keyType : List.of(KeyType.EC_P256, KeyType.RSA_2048)) {
            contestants.add(Contestant.ours("", keyType));
            contestants.add(Contestant.oursWithJdkTls(keyType));
            contestants.addAll(Contestant.peers(keyType));
        }
        Map<Contestant, Line> lines = new LinkedHashMap<>();
        int starts = plan.spacing().compareTo(LONG) < 0 ? plan.starts() : 1;
        for (int start = 1; start <= starts; start++) {
            Progress.say("cold pulls after start " + start + " of " + starts);
            List<Running> all = Contestant.startAll(contestants, bench, bench.agent());
            try {
                once(bench, plan, all, lines);
            } finally {
                all.forEach(Running::close);
            }
        }
        return new Chapter(
                table(lines.values(), plan),
                Map.of("cold", lines.values().stream().map(Line::figures).toList()));
    }

    private static void once(Workbench bench, Plan plan, List<Running> all, Map<Contestant, Line> lines)
            throws IOException, InterruptedException {
        sleep(plan.extent().settling());
        for (Running running : all) {
            Line line = lines.computeIfAbsent(
                    running.contestant(),
                    contestant -> new Line(contestant, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
            line.start().add(bench.cpu().nanos(running.server().process()) / 1e6);
            line.pulls().add(new ArrayList<>());
        }
        for (int pull = 1; pull <= PULLS; pull++) {
            long begin = System.nanoTime();
            for (Running running : all) {
                pull(bench, running, lines.get(running.contestant()));
            }
            sleep(plan.spacing().minusNanos(System.nanoTime() - begin));
        }
    }

    private static void pull(Workbench bench, Running running, Line line) throws IOException, InterruptedException {
        Batch batch = bench.client().pull(new Load(running.server(), List.of(running.host()), 1, 1));
        List<Double> costs = line.pulls().get(line.pulls().size() - 1);
        if (costs.isEmpty()) {
            line.firstWall().addAll(batch.totalsInMillis());
        }
        costs.add(batch.serverMillisPerPull());
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    private static String table(Iterable<Line> lines, Plan plan) {
        List<String> columns = new ArrayList<>(List.of("server", "key", "start, CPU-ms"));
        SHOWN.forEach(pull -> columns.add("pull " + pull + ", CPU-ms"));
        columns.addAll(List.of("pull 1, wall ms", "budget of pull 1", "verdict"));
        Table table = new Table(columns.toArray(String[]::new));
        for (Line line : lines) {
            List<String> cells = new ArrayList<>(List.of(
                    line.contestant().label(),
                    line.contestant().keyType().label(),
                    number(Distribution.of(line.start()).median())));
            SHOWN.forEach(pull -> cells.add(number(line.cpuOf(pull).median())));
            double first = line.cpuOf(1).median();
            boolean ours = line.contestant().isOurs();
            cells.add(number(Distribution.of(line.firstWall()).median()));
            cells.add(ours ? FIRST_PULL.toString() : "");
            cells.add(ours ? FIRST_PULL.verdict(first) : "");
            table.row(cells.toArray(String[]::new));
        }
        return table.markdown() + "\nThe first pull comes "
                + plan.extent().settling().toSeconds()
                + " s after the start, one pull every "
                + number(Math.max(plan.spacing().toMillis(), 100) / 1000.0)
                + " s or as fast as all servers have had their turn.\n";
    }
}

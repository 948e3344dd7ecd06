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
import java.util.Optional;

/** Warm pulls: what one costs, how long it takes, how many there can be. */
final class PullsPart implements Part {
    private static final List<Integer> CLIENTS = List.of(1, 8);
    private static final int PIECES = 10;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Budget FIRST_BYTE = new Budget(10, " ms");
    private static final Budget SLOW_AGENT = new Budget(PIECES * PAUSE.toMillis() + 60, " ms");

    /** What one contestant showed with so many clients, round by round, and its memory in MiB at the end. */
    private record Line(Running running, int clients, List<Batch> batches, double rss) {
        Line atTheEnd() {
            return new Line(running, clients, batches, running.server().memory().now());
        }

        String key() {
            return running.contestant().keyType().label();
        }

        Distribution cpu() {
            return Distribution.of(
                    batches.stream().map(Batch::serverMillisPerPull).toList());
        }

        Distribution rate() {
            return Distribution.of(batches.stream().map(Batch::pullsPerSecond).toList());
        }

        Distribution client() {
            return Distribution.of(
                    batches.stream().map(Batch::clientMillisPerPull).toList());
        }

        Distribution totals() {
            return Distribution.of(batches.stream()
                    .flatMap(batch -> batch.totalsInMillis().stream())
                    .toList());
        }

        Distribution firstBytes() {
            return Distribution.of(batches.stream()
                    .flatMap(batch -> batch.firstBytesInMillis().stream())
                    .toList());
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("server", running.contestant().label());
            figures.put("key", key());
            figures.put("clients", clients);
            figures.put(
                    "cpu_ms_per_pull",
                    batches.stream().map(Batch::serverMillisPerPull).toList());
            figures.put(
                    "client_cpu_ms_per_pull",
                    batches.stream().map(Batch::clientMillisPerPull).toList());
            figures.put(
                    "pulls_per_second",
                    batches.stream().map(Batch::pullsPerSecond).toList());
            figures.put("total_ms_p50", totals().median());
            figures.put("total_ms_p99", totals().percentile(99));
            figures.put("first_byte_ms_p50", firstBytes().median());
            figures.put("first_byte_ms_p99", firstBytes().percentile(99));
            figures.put("bytes", batches.get(0).bytes());
            figures.put("rss_mib", rss);
            return figures;
        }
    }

    /** The ratio of two contestants' costs that a budget is about. */
    private record Comparison(Peer peer, KeyType keyType, Budget budget) {}

    private static final List<Comparison> COMPARISONS = List.of(
            new Comparison(Peer.STUNNEL, KeyType.RSA_2048, new Budget(1.0, "×")),
            new Comparison(Peer.HAPROXY, KeyType.EC_P256, new Budget(1.6, "×")));

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        List<Running> all = Contestant.startAll(contestants(plan.extent().thorough()), bench, bench.agent());
        try (AgentDouble slow = bench.agent("slow", AgentDouble.inPieces(bench.text(), PIECES, PAUSE))) {
            for (Running running : all) {
                demandRefusalOfStrangers(bench, running);
                warmUp(bench, plan, running);
            }
            List<Line> lines = rounds(bench, plan, all);
            String markdown = table(lines) + "\n" + ratios(lines) + "\n";
            List<Map<String, Object>> figures =
                    lines.stream().map(Line::figures).toList();
            all.forEach(Running::close);
            List<Line> slowLines = slowAgent(bench, plan, slow);
            return new Chapter(
                    markdown + slowTable(slowLines),
                    Map.of(
                            "pulls",
                            figures,
                            "slow_agent",
                            slowLines.stream().map(Line::figures).toList()));
        } finally {
            all.forEach(Running::close);
        }
    }

    private static List<Contestant> contestants(boolean allVariants) {
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(Contestant.ours("", KeyType.EC_P256));
        contestants.add(Contestant.oursWithJdkTls(KeyType.EC_P256));
        if (allVariants) {
            contestants.add(Contestant.ours(", compression 0", KeyType.EC_P256, "compression = 0"));
            contestants.add(Contestant.ours(", compression 6", KeyType.EC_P256, "compression = 6"));
        }
        contestants.addAll(Contestant.peers(KeyType.EC_P256));
        contestants.add(Contestant.ours("", KeyType.RSA_2048));
        contestants.addAll(Contestant.peers(KeyType.RSA_2048));
        if (allVariants) {
            contestants.add(Contestant.oursWithJdkTls(KeyType.RSA_2048));
            contestants.add(Contestant.ours("", KeyType.RSA_4096));
            contestants.add(Contestant.oursWithJdkTls(KeyType.RSA_4096));
            contestants.addAll(Contestant.peers(KeyType.RSA_4096));
        }
        return contestants;
    }

    private static void demandRefusalOfStrangers(Workbench bench, Running running) throws IOException {
        if (!bench.client().isStrangerRefused(running.server(), running.host())) {
            throw new IOException(running.contestant().label() + " serves strangers: it does not verify certificates");
        }
    }

    private static void warmUp(Workbench bench, Plan plan, Running running) throws IOException, InterruptedException {
        Progress.say("warming up " + name(running));
        run(bench, running, CLIENTS.get(CLIENTS.size() - 1), plan.turns().warmUp());
    }

    private static Batch run(Workbench bench, Running running, int clients, int pulls)
            throws IOException, InterruptedException {
        return bench.client().pull(new Load(running.server(), List.of(running.host()), clients, pulls));
    }

    private static List<Line> rounds(Workbench bench, Plan plan, List<Running> all)
            throws IOException, InterruptedException {
        List<Line> lines = new ArrayList<>();
        for (Running running : all) {
            CLIENTS.forEach(clients -> lines.add(new Line(running, clients, new ArrayList<>(), 0)));
        }
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            Progress.say("round " + round + " of " + plan.turns().rounds());
            for (Line line : lines) {
                line.batches()
                        .add(run(
                                bench,
                                line.running(),
                                line.clients(),
                                plan.turns().pulls()));
            }
        }
        return lines.stream().map(Line::atTheEnd).toList();
    }

    private static List<Line> slowAgent(Workbench bench, Plan plan, AgentDouble slow)
            throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>(List.of(Contestant.ours("", KeyType.EC_P256)));
        contestants.addAll(Contestant.peers(KeyType.EC_P256));
        List<Running> all = Contestant.startAll(contestants, bench, slow);
        try {
            List<Line> lines = new ArrayList<>();
            int clients = CLIENTS.get(CLIENTS.size() - 1);
            for (Running running : all) {
                Progress.say("a slow agent behind " + name(running));
                run(bench, running, clients, Math.min(2 * clients, plan.turns().warmUp()));
                lines.add(new Line(
                                running,
                                clients,
                                List.of(run(
                                        bench,
                                        running,
                                        clients,
                                        2 * plan.turns().pulls())),
                                0)
                        .atTheEnd());
            }
            return lines;
        } finally {
            all.forEach(Running::close);
        }
    }

    private static String name(Running running) {
        return running.contestant().label() + " ("
                + running.contestant().keyType().label() + ")";
    }

    private static String table(List<Line> lines) {
        Table table = new Table(
                "server",
                "key",
                "clients",
                "CPU-ms per pull",
                "least to most",
                "p50 ms",
                "p99 ms",
                "first byte ms",
                "pulls/s",
                "client's CPU-ms",
                "bytes sent",
                "RSS MiB");
        for (Line line : lines) {
            Distribution totals = line.totals();
            table.row(
                    line.running().contestant().label(),
                    line.key(),
                    String.valueOf(line.clients()),
                    number(line.cpu().median()),
                    number(line.cpu().least()) + " to " + number(line.cpu().most()),
                    number(totals.median()),
                    number(totals.percentile(99)),
                    number(line.firstBytes().median()),
                    number(line.rate().median()),
                    number(line.client().median()),
                    number((double) line.batches().get(0).bytes()),
                    number(line.rss()));
        }
        return table.markdown();
    }

    private static String ratios(List<Line> lines) {
        Table table = new Table("what", "figure", "least to most", "budget", "verdict");
        for (Comparison comparison : COMPARISONS) {
            for (int clients : CLIENTS) {
                Optional<Line> ours = find(lines, "agent-ctl", comparison.keyType(), clients);
                Optional<Line> peer = find(lines, comparison.peer().label(), comparison.keyType(), clients);
                if (ours.isPresent() && peer.isPresent()) {
                    Distribution ratio = ratio(ours.get(), peer.get());
                    table.row(
                            "CPU per pull against " + comparison.peer().label() + ", "
                                    + comparison.keyType().label() + ", " + clients(clients),
                            number(ratio.median()) + "×",
                            number(ratio.least()) + " to " + number(ratio.most()),
                            comparison.budget().toString(),
                            comparison.budget().verdict(ratio.median()));
                }
            }
        }
        find(lines, "agent-ctl", KeyType.EC_P256, 1).ifPresent(line -> {
            Distribution first = line.firstBytes();
            table.row(
                    "time to the first byte, ec-p256, 1 client",
                    number(first.median()) + " ms",
                    number(first.least()) + " to " + number(first.most()),
                    FIRST_BYTE.toString(),
                    FIRST_BYTE.verdict(first.median()));
        });
        return table.markdown();
    }

    /** Round by round, since what disturbs one of a pair is likely to disturb the other. */
    private static Distribution ratio(Line ours, Line peer) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.batches().size(); round++) {
            ratios.add(ours.batches().get(round).serverMillisPerPull()
                    / peer.batches().get(round).serverMillisPerPull());
        }
        return Distribution.of(ratios);
    }

    private static Optional<Line> find(List<Line> lines, String label, KeyType keyType, int clients) {
        return lines.stream()
                .filter(line -> line.running().contestant().label().equals(label)
                        && line.running().contestant().keyType() == keyType
                        && line.clients() == clients)
                .findFirst();
    }

    private static String clients(int count) {
        return count + (count == 1 ? " client" : " clients");
    }

    private static String slowTable(List<Line> lines) {
        Table table = new Table(
                "server, agent takes 200 ms",
                "clients",
                "first byte ms",
                "p50 ms",
                "p99 ms",
                "budget of p99",
                "verdict");
        for (Line line : lines) {
            Distribution totals = line.totals();
            boolean ours = line.running().contestant().isOurs();
            table.row(
                    line.running().contestant().label(),
                    String.valueOf(line.clients()),
                    number(line.firstBytes().median()),
                    number(totals.median()),
                    number(totals.percentile(99)),
                    ours ? SLOW_AGENT.toString() : "",
                    ours ? SLOW_AGENT.verdict(totals.percentile(99)) : "");
        }
        return table.markdown();
    }
}

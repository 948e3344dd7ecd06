package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Contestant.Running;
import io.agentctl.bench.LoadClient.Load;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What remains resident: over many pulls, while a very large output streams, and with an agent that hardly writes. */
final class MemoryPart implements Part {
    private static final int STEPS = 10;
    private static final Budget RESIDENT = new Budget(90, " MiB");

    /** As many as our controller admits from one address. */
    private static final int CLIENTS = 3;

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>(List.of(Contestant.ours("", KeyType.EC_P256)));
        contestants.addAll(Contestant.peers(KeyType.EC_P256));
        List<Map<String, Object>> many = new ArrayList<>();
        List<Map<String, Object>> big = new ArrayList<>();
        Table manyTable = new Table(
                "server",
                "pulls",
                "RSS MiB at the start",
                "after a tenth",
                "after half",
                "at the end",
                "budget",
                "verdict");
        for (Contestant contestant : contestants) {
            manyPulls(bench, plan, contestant, manyTable, many);
        }
        Table bigTable = new Table("server", "output", "seconds", "CPU-s", "RSS MiB, peak", "budget", "verdict");
        int times = plan.extent().bigOutput() * 1024 * 1024 / bench.text().length;
        try (AgentDouble endless = bench.agent("big", AgentDouble.repeated(bench.text(), times))) {
            for (Contestant contestant : contestants) {
                long length = (long) times * bench.text().length;
                Progress.say(plan.extent().bigOutput() + " MiB through " + contestant.label());
                stream(bench, contestant, endless, length, plan.extent().bigOutput() + " MiB", bigTable, big);
            }
        }
        int bytes = (int) plan.extent().trickle().toSeconds();
        try (AgentDouble trickling =
                bench.agent("trickle", AgentDouble.inPieces(new byte[bytes], bytes, java.time.Duration.ofSeconds(1)))) {
            Progress.say("a byte a second");
            stream(bench, contestants.get(0), trickling, bytes, "a byte a second", bigTable, big);
        }
        return new Chapter(manyTable.markdown() + "\n" + bigTable.markdown(), Map.of("pulls", many, "streams", big));
    }

    private static void manyPulls(
            Workbench bench, Plan plan, Contestant contestant, Table table, List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        try (Running running = contestant.start(bench, bench.agent()).orElseThrow()) {
            TimeUnit.NANOSECONDS.sleep(plan.extent().settling().toNanos());
            Memory memory = running.server().memory();
            List<Double> resident = new ArrayList<>(List.of(memory.now()));
            for (int step = 1; step <= STEPS; step++) {
                Progress.say(step * plan.extent().manyPulls() / STEPS + " pulls from " + contestant.label());
                Load load = new Load(
                        running.server(),
                        List.of(running.host()),
                        CLIENTS,
                        plan.extent().manyPulls() / STEPS);
                bench.client().pull(load);
                resident.add(memory.now());
            }
            double end = resident.get(STEPS);
            table.row(
                    contestant.label(),
                    number(plan.extent().manyPulls()),
                    number(resident.get(0)),
                    number(resident.get(1)),
                    number(resident.get(STEPS / 2)),
                    number(end),
                    contestant.isOurs() ? RESIDENT.toString() : "",
                    contestant.isOurs() ? RESIDENT.verdict(end) : "");
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("server", contestant.label());
            figure.put("pulls_per_step", plan.extent().manyPulls() / STEPS);
            figure.put("rss_mib", resident);
            figures.add(figure);
        }
    }

    private static void stream(
            Workbench bench,
            Contestant contestant,
            AgentDouble agent,
            long length,
            String what,
            Table table,
            List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        try (Running running = contestant.start(bench, agent).orElseThrow()) {
            Server server = running.server();
            server.memory().forgetPeak();
            Batch batch = bench.client().stream(server, running.host(), length);
            double peak = server.memory().peak();
            table.row(
                    contestant.label(),
                    what,
                    number(batch.wallSeconds()),
                    number(batch.serverSeconds()),
                    number(peak),
                    contestant.isOurs() ? RESIDENT.toString() : "",
                    contestant.isOurs() ? RESIDENT.verdict(peak) : "");
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("server", contestant.label());
            figure.put("output", what);
            figure.put("first_byte_ms", batch.firstBytesInMillis().get(0));
            figure.put("wall_s", batch.wallSeconds());
            figure.put("cpu_s", batch.serverSeconds());
            figure.put("peak_rss_mib", peak);
            figures.add(figure);
        }
    }
}

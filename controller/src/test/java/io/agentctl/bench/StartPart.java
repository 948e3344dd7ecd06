package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Contestant.Running;
import io.agentctl.bench.Workbench.Home;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long starts take: of servers until they listen, of short commands until they end. */
final class StartPart implements Part {
    private static final Budget LISTENING = new Budget(1500, " ms");

    /** A command and what it may take. */
    private record Command(String label, ProcessBuilder builder, Optional<Budget> budget) {}

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        Map<Contestant, List<Double>> starts = starts(bench, plan);
        Map<Command, List<Double>> commands = commands(bench, plan);
        Table table = new Table("what", "wall ms, median", "least to most", "budget", "verdict");
        List<Map<String, Object>> figures = new ArrayList<>();
        starts.forEach((contestant, millis) -> report(
                "from exec to listening: " + contestant.label(),
                millis,
                contestant.isOurs() ? Optional.of(LISTENING) : Optional.empty(),
                table,
                figures));
        commands.forEach((command, millis) -> report(command.label(), millis, command.budget(), table, figures));
        return new Chapter(table.markdown(), Map.of("start", figures));
    }

    private static Map<Contestant, List<Double>> starts(Workbench bench, Plan plan)
            throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>(List.of(Contestant.ours("", KeyType.EC_P256)));
        contestants.addAll(Contestant.peers(KeyType.EC_P256));
        Map<Contestant, List<Double>> millis = new LinkedHashMap<>();
        for (int i = 0; i < 2 * plan.starts(); i++) {
            Progress.say("starting servers");
            for (Contestant contestant : contestants) {
                try (Running running = contestant.start(bench, bench.agent()).orElseThrow()) {
                    millis.computeIfAbsent(contestant, first -> new ArrayList<>())
                            .add(running.server().millisToListening());
                }
            }
        }
        return millis;
    }

    private static Map<Command, List<Double>> commands(Workbench bench, Plan plan)
            throws IOException, InterruptedException {
        Home home = bench.home(bench.connections(KeyType.EC_P256, 1), bench.agent());
        List<Command> commands = List.of(
                new Command(
                        "agent-ctl --version",
                        bench.command(Flavour.JVM, home, "--version"),
                        Optional.of(new Budget(20, " ms"))),
                new Command(
                        "agent-ctl status --json --no-query-remote",
                        bench.command(Flavour.JVM, home, "status", "--json", "--no-query-remote"),
                        Optional.of(new Budget(130, " ms"))),
                new Command("true (what the measuring itself takes)", new ProcessBuilder("true"), Optional.empty()));
        Map<Command, List<Double>> millis = new LinkedHashMap<>();
        commands.forEach(command -> millis.put(command, new ArrayList<>()));
        Progress.say("short commands");
        for (int i = 0; i < plan.extent().commands(); i++) {
            for (Command command : commands) {
                millis.get(command).add(bench.run(command.builder()));
            }
        }
        return millis;
    }

    private static void report(
            String what, List<Double> millis, Optional<Budget> budget, Table table, List<Map<String, Object>> figures) {
        Distribution distribution = Distribution.of(millis);
        table.row(
                what,
                number(distribution.median()),
                number(distribution.least()) + " to " + number(distribution.most()),
                budget.map(Budget::toString).orElse(""),
                budget.map(limit -> limit.verdict(distribution.median())).orElse(""));
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("what", what);
        figure.put("wall_ms", millis);
        figures.add(figure);
    }
}

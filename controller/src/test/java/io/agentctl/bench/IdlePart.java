package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Contestant.Running;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a server takes that has one registered site and nothing to do. All are watched at the same time. */
final class IdlePart implements Part {
    private static final Budget MEMORY = new Budget(64, " MiB");
    private static final Budget CPU = new Budget(1, " s");

    /** Within its first minute ours looks for renewals and for sites that want a push: that is part of the start. */
    static final Duration SETTLING = Duration.ofSeconds(65);

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>(List.of(Contestant.ours("", KeyType.EC_P256)));
        contestants.addAll(Contestant.peers(KeyType.EC_P256));
        Duration window = plan.extent().idle();
        List<Running> all = Contestant.startAll(contestants, bench, bench.agent());
        try {
            Progress.say("idle for " + SETTLING.plus(window).toSeconds() + " s");
            TimeUnit.NANOSECONDS.sleep(SETTLING.toNanos());
            List<Long> before = new ArrayList<>();
            for (Running running : all) {
                before.add(bench.cpu().nanos(running.server().process()));
            }
            long begin = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(window.toNanos());
            Table table = new Table(
                    "server", "CPU-s per hour", "budget", "verdict", "RSS MiB", "budget of RSS", "verdict of RSS");
            List<Map<String, Object>> figures = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                Server server = all.get(i).server();
                double hours = (System.nanoTime() - begin) / 3600e9;
                double cpu = (bench.cpu().nanos(server.process()) - before.get(i)) / 1e9 / hours;
                double rss = server.memory().now();
                boolean ours = all.get(i).contestant().isOurs();
                table.row(
                        all.get(i).contestant().label(),
                        number(cpu),
                        ours ? CPU.toString() : "",
                        ours ? CPU.verdict(cpu) : "",
                        number(rss),
                        ours ? MEMORY.toString() : "",
                        ours ? MEMORY.verdict(rss) : "");
                Map<String, Object> figure = new LinkedHashMap<>();
                figure.put("server", all.get(i).contestant().label());
                figure.put("cpu_s_per_hour", cpu);
                figure.put("rss_mib", rss);
                figure.put("window_s", window.toSeconds());
                figure.put("settling_s", SETTLING.toSeconds());
                figures.add(figure);
            }
            return new Chapter(
                    table.markdown() + "\nExtrapolated from " + window.toSeconds() + " s, " + SETTLING.toSeconds()
                            + " s after the start.\n",
                    Map.of("idle", figures));
        } finally {
            all.forEach(Running::close);
        }
    }
}

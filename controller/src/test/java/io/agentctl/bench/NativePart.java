package io.agentctl.bench;

import static io.agentctl.bench.Budget.number;

import io.agentctl.bench.Contestant.Running;
import io.agentctl.bench.LoadClient.Load;
import io.agentctl.bench.Workbench.Home;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The native executable beside the JVM, each with the JDK's TLS and with BoringSSL: starts, the first and the thousandth pull, memory. */
final class NativePart implements Part {
    private static final Budget LISTENING = new Budget(60, " ms");
    private static final Budget VERSION = new Budget(8, " ms");
    private static final Budget STATUS = new Budget(12, " ms");
    private static final Budget IDLE = new Budget(32, " MiB");
    private static final Budget BUSY = new Budget(40, " MiB");
    private static final Budget FIRST_PULL = new Budget(1.5, "×");

    /** The last of the pulls up to the thousandth are measured together: a single one is too short to trust. */
    private static final int WARM = 1000;

    private static final int TOGETHER = 100;

    /** As many as our controller admits from one address. */
    private static final int CLIENTS = 3;

    /** What a server occupies, in MiB. */
    private record Size(double resident, double ofItsOwn) {
        static Size of(Server server) {
            return new Size(server.memory().now(), server.memory().ofItsOwn());
        }

        @Override
        public String toString() {
            return number(resident) + " (" + number(ofItsOwn) + ")";
        }
    }

    /** What one contestant showed; the list has an element for each start. */
    private record Line(Contestant contestant, List<Double> firstPulls, double warmPull, Size idle, Size busy) {
        double firstPull() {
            return Distribution.of(firstPulls).median();
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("server", contestant.label());
            figures.put("key", contestant.keyType().label());
            figures.put("cpu_ms_of_first_pull", firstPulls);
            figures.put("cpu_ms_per_warm_pull", warmPull);
            figures.put("idle_rss_mib", idle.resident());
            figures.put("idle_private_mib", idle.ofItsOwn());
            figures.put("busy_rss_mib", busy.resident());
            figures.put("busy_private_mib", busy.ofItsOwn());
            return figures;
        }
    }

    /** One of the things that take milliseconds, and the budget that the native executable has for it. */
    private record Errand(String label, Budget budget, Map<Flavour, List<Double>> millis) {
        Errand(String label, Budget budget) {
            this(label, budget, new EnumMap<>(Flavour.class));
        }

        void took(Flavour flavour, double duration) {
            millis.computeIfAbsent(flavour, first -> new ArrayList<>()).add(duration);
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("what", label);
            millis.forEach((flavour, durations) -> figures.put("wall_ms_of_" + flavour.label(), durations));
            return figures;
        }

        double median(Flavour flavour) {
            return Distribution.of(millis.get(flavour)).median();
        }
    }

    @Override
    public Chapter measure(Workbench bench, Plan plan) throws IOException, InterruptedException {
        List<Errand> errands = errands(bench, plan);
        List<Line> lines = lines(bench, plan);
        List<Map<String, Object>> starts = errands.stream().map(Errand::figures).toList();
        return new Chapter(
                table(errands) + "\n" + table(lines, plan) + "\nIn brackets, what of it is the process's own ("
                        + "not shared with files or others). Idle is "
                        + IdlePart.SETTLING.toSeconds() + " s after the start.\n",
                Map.of(
                        "start",
                        starts,
                        "servers",
                        lines.stream().map(Line::figures).toList()));
    }

    private static List<Errand> errands(Workbench bench, Plan plan) throws IOException, InterruptedException {
        Errand listening = new Errand("from exec to listening", LISTENING);
        Errand version = new Errand("--version", VERSION);
        Errand status = new Errand("status --json --no-query-remote", STATUS);
        Home home = bench.home(bench.connections(KeyType.EC_P256, 1), bench.agent());
        Progress.say("starts and short commands of both flavours");
        for (int i = 0; i < 2 * plan.starts(); i++) {
            for (Flavour flavour : Flavour.values()) {
                try (Running running = Contestant.ours(flavour, "", KeyType.EC_P256)
                        .start(bench, bench.agent())
                        .orElseThrow()) {
                    listening.took(flavour, running.server().millisToListening());
                }
            }
        }
        for (int i = 0; i < plan.extent().commands(); i++) {
            for (Flavour flavour : Flavour.values()) {
                version.took(flavour, bench.run(bench.command(flavour, home, "--version")));
                status.took(flavour, bench.run(bench.command(flavour, home, "status", "--json", "--no-query-remote")));
            }
        }
        return List.of(listening, version, status);
    }

    private static List<Line> lines(Workbench bench, Plan plan) throws IOException, InterruptedException {
        Map<Contestant, List<Double>> firstPulls = new LinkedHashMap<>();
        for (int start = 1; start < plan.starts(); start++) {
            Progress.say("first pulls of both flavours after start " + start + " of " + plan.starts());
            List<Running> all = startAll(bench, plan.extent().settling());
            try {
                firstPulls(bench, all, firstPulls);
            } finally {
                all.forEach(Running::close);
            }
        }
        Progress.say("the last start, and idle for " + IdlePart.SETTLING.toSeconds() + " s");
        List<Running> all = startAll(bench, IdlePart.SETTLING);
        try {
            List<Size> idle =
                    all.stream().map(running -> Size.of(running.server())).toList();
            firstPulls(bench, all, firstPulls);
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                Running running = all.get(i);
                Contestant contestant = running.contestant();
                Progress.say(plan.extent().manyPulls() + " pulls from " + contestant.label() + " ("
                        + contestant.keyType().label() + ")");
                pull(bench, running, 1, WARM - TOGETHER - 1);
                double warm = pull(bench, running, 1, TOGETHER).serverMillisPerPull();
                if (plan.extent().manyPulls() > WARM) {
                    pull(bench, running, CLIENTS, plan.extent().manyPulls() - WARM);
                }
                lines.add(
                        new Line(contestant, firstPulls.get(contestant), warm, idle.get(i), Size.of(running.server())));
            }
            return lines;
        } finally {
            all.forEach(Running::close);
        }
    }

    private static List<Running> startAll(Workbench bench, Duration settling) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        for (KeyType keyType : List.of(KeyType.EC_P256, KeyType.RSA_2048)) {
            for (Flavour flavour : Flavour.values()) {
                contestants.add(Contestant.oursWithBoringSsl(flavour, keyType));
                contestants.add(Contestant.oursWithJdkTls(flavour, keyType));
            }
        }
        List<Running> all = Contestant.startAll(contestants, bench, bench.agent());
        TimeUnit.NANOSECONDS.sleep(settling.toNanos());
        return all;
    }

    private static void firstPulls(Workbench bench, List<Running> all, Map<Contestant, List<Double>> firstPulls)
            throws IOException, InterruptedException {
        for (Running running : all) {
            firstPulls
                    .computeIfAbsent(running.contestant(), contestant -> new ArrayList<>())
                    .add(pull(bench, running, 1, 1).serverMillisPerPull());
        }
    }

    private static Batch pull(Workbench bench, Running running, int clients, int pulls)
            throws IOException, InterruptedException {
        return bench.client().pull(new Load(running.server(), List.of(running.host()), clients, pulls));
    }

    private static String table(List<Errand> errands) {
        Table table = new Table(
                "wall ms, median",
                Flavour.JVM.label(),
                Flavour.NATIVE.label(),
                "least to most",
                "budget of the latter",
                "verdict");
        for (Errand errand : errands) {
            Distribution natively = Distribution.of(errand.millis().get(Flavour.NATIVE));
            table.row(
                    errand.label(),
                    number(errand.median(Flavour.JVM)),
                    number(natively.median()),
                    number(natively.least()) + " to " + number(natively.most()),
                    errand.budget().toString(),
                    errand.budget().verdict(natively.median()));
        }
        return table.markdown();
    }

    private static String table(List<Line> lines, Plan plan) {
        Table table = new Table(
                "server",
                "key",
                "pull 1, CPU-ms",
                "about pull " + number(WARM),
                "against the JVM with BoringSSL",
                "pull 1 against it",
                "budget",
                "verdict",
                "RSS MiB, idle",
                "budget of RSS",
                "verdict of RSS",
                "after " + number(Math.max(WARM, plan.extent().manyPulls())) + " pulls",
                "budget then",
                "verdict then");
        for (Line line : lines) {
            double growth = line.firstPull() / line.warmPull();
            boolean judged = line.contestant().flavour() == Flavour.NATIVE;
            table.row(
                    line.contestant().label(),
                    line.contestant().keyType().label(),
                    number(line.firstPull()),
                    number(line.warmPull()),
                    jvmWithBoringSsl(lines, line.contestant().keyType())
                            .map(other -> number(line.warmPull() / other.warmPull()) + "×")
                            .orElse(""),
                    number(growth) + "×",
                    judged ? FIRST_PULL.toString() : "",
                    judged ? FIRST_PULL.verdict(growth) : "",
                    line.idle().toString(),
                    judged ? IDLE.toString() : "",
                    judged ? IDLE.verdict(line.idle().resident()) : "",
                    line.busy().toString(),
                    judged ? BUSY.toString() : "",
                    judged ? BUSY.verdict(line.busy().resident()) : "");
        }
        return table.markdown();
    }

    private static Optional<Line> jvmWithBoringSsl(List<Line> lines, KeyType keyType) {
        return lines.stream()
                .filter(line -> line.contestant().equals(Contestant.oursWithBoringSsl(Flavour.JVM, keyType)))
                .findFirst();
    }
}

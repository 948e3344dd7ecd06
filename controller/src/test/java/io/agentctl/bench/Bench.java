package io.agentctl.bench;

import io.agentctl.json.JsonText;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code scripts/bench} as a program: measures the chosen parts one after the other, and reports them. */
public final class Bench {
    private static final String NATIVE = "native";
    private static final Map<String, Part> PARTS = parts();

    private final Choice choice;
    private final Workbench bench;

    /** What was asked for. */
    private record Choice(
            Plan plan,
            Map<Flavour, Path> launchers,
            String measured,
            Path results,
            Optional<Path> document,
            List<String> parts) {}

    private Bench(Choice choice, Workbench bench) {
        this.choice = choice;
        this.bench = bench;
    }

    /**
     * Measures.
     *
     * @param args {@code [--quick] [--rounds N] [--pulls N] [--spacing SECONDS] [--write FILE] [--native PATH] --launcher PATH --measured TEXT --results
     *     FOLDER [PART…]}, as {@code scripts/bench} passes them
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String... args) {
        try {
            Choice choice = choice(args);
            Workbench bench = new Workbench(choice.launchers());
            // Also when we are interrupted nothing may remain.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(bench), "tidying up"));
            new Bench(choice, bench).measure();
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    private static void close(Workbench bench) {
        try {
            bench.close();
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
    }

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("start", new StartPart());
        parts.put("idle", new IdlePart());
        parts.put("cold", new ColdPart());
        parts.put("pulls", new PullsPart());
        parts.put("memory", new MemoryPart());
        parts.put("scale", new ScalePart());
        parts.put("renewals", new RenewalsPart());
        parts.put(NATIVE, new NativePart());
        return parts;
    }

    private static Choice choice(String... args) {
        Plan plan = Plan.full();
        Map<Flavour, Path> launchers = new EnumMap<>(Flavour.class);
        Optional<Path> document = Optional.empty();
        Path results = Path.of("target", "bench");
        String measured = "unknown";
        List<String> all = List.copyOf(PARTS.keySet());
        int next = 0;
        while (next < args.length && args[next].startsWith("--")) {
            String option = args[next];
            if (option.equals("--quick")) {
                plan = Plan.quick();
                // The daemon looks for renewals at a moment of its own within a minute, which is long to wait for.
                all = PARTS.keySet().stream()
                        .filter(name -> !name.equals("renewals"))
                        .toList();
                next++;
                continue;
            }
            if (next + 1 == args.length) {
                throw new IllegalArgumentException(option + " wants a value");
            }
            String value = args[next + 1];
            switch (option) {
                case "--rounds" -> plan = plan.withRounds(count(option, value));
                case "--pulls" -> plan = plan.withPulls(count(option, value));
                case "--spacing" -> plan = plan.withSpacing(Duration.ofSeconds(count(option, value)));
                case "--launcher" -> launchers.put(Flavour.JVM, Path.of(value).toAbsolutePath());
                case "--native" -> launchers.put(Flavour.NATIVE, Path.of(value).toAbsolutePath());
                case "--write" -> document = Optional.of(Path.of(value));
                case "--results" -> results = Path.of(value);
                case "--measured" -> measured = value;
                default -> throw new IllegalArgumentException("there is no option " + option);
            }
            next += 2;
        }
        List<String> names = List.of(args).subList(next, args.length);
        names.stream().filter(name -> !PARTS.containsKey(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("there is no part " + name + "; there are " + PARTS.keySet());
        });
        if (!launchers.containsKey(Flavour.JVM)) {
            throw new IllegalArgumentException("--launcher is missing");
        }
        if (!launchers.containsKey(Flavour.NATIVE)) {
            if (names.contains(NATIVE)) {
                throw new IllegalArgumentException("the part native wants --native");
            }
            all = all.stream().filter(name -> !name.equals(NATIVE)).toList();
        }
        return new Choice(plan, launchers, measured, results, document, names.isEmpty() ? all : names);
    }

    private static int count(String option, String value) {
        try {
            int count = Integer.parseInt(value);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that makes no sense.
        }
        throw new IllegalArgumentException(option + " wants a whole number above 0, not '" + value + "'");
    }

    private void measure() throws IOException, InterruptedException {
        Map<String, String> machine = machine();
        report("machine", Machine.table(machine).markdown());
        Map<String, Double> before = Machine.disturbance();
        Files.createDirectories(choice.results());
        for (String name : choice.parts()) {
            Chapter chapter = PARTS.get(name).measure(bench, choice.plan());
            report(name, chapter.markdown());
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("machine", machine);
            json.put("disturbance_before", before);
            json.putAll(chapter.figures());
            json.put("disturbance_after", Machine.disturbance());
            Files.writeString(choice.results().resolve(name + ".json"), JsonText.pretty(json));
        }
    }

    /** At once, so that a measurement that is broken off has not been for nothing. */
    private void report(String name, String markdown) throws IOException {
        System.out.println("\n## " + name + "\n\n" + markdown);
        if (choice.document().isPresent()) {
            Path file = choice.document().get();
            Files.writeString(
                    file,
                    new Document(Files.readString(file)).with(name, markdown).text());
        }
    }

    private Map<String, String> machine() throws IOException, InterruptedException {
        try (Contestant.Running running =
                Contestant.ours("", KeyType.EC_P256).start(bench, bench.agent()).orElseThrow()) {
            return Machine.describe(choice.measured(), running.server());
        }
    }
}

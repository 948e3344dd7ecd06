package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.agentctl.process.Controller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual pages and the settings file that the packages carry tell of the verbs, options and keys that there are. */
class ManualTest {
    private static final CommandSpec ROOT = model();
    private static final String[] SECTIONS = {
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"
    };
    private static final String FINGERPRINT = "AB".repeat(32).replaceAll("(..)(?!$)", "$1:");

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        ManualWriter.write(folder.resolve("share"), LocalDate.of(2026, 11, 24));
    }

    static Stream<CommandSpec> commands() {
        return Stream.concat(Stream.of(ROOT), verbs());
    }

    static Stream<CommandSpec> verbs() {
        return ROOT.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(verb -> !verb.usageMessage().hidden());
    }

    @Test
    void thereIsAPageForEveryVerb() throws Exception {
        try (Stream<Path> pages = Files.list(folder.resolve("share/man/man8"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            commands().map(ManualTest::fileName).toList());
        }
        String commands = section("COMMANDS", page(ROOT));
        assertThat(verbs())
                .allSatisfy(verb -> assertThat(commands)
                        .contains("\n.TP\n" + verb.name() + "\n"
                                + verb.usageMessage().description()[0]));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aPageHasEverySectionAndEveryOption(CommandSpec command) throws Exception {
        String page = page(command);

        assertThat(Pattern.compile("(?m)^\\.SH \"(.*)\"$")
                        .matcher(page)
                        .results()
                        .map(match -> match.group(1)))
                .containsSubsequence(SECTIONS);
        List<String> told = section("OPTIONS", page)
                .lines()
                .filter(line -> line.startsWith("-"))
                .flatMap(line -> Arrays.stream(line.split(", ", -1)))
                .map(name -> name.replaceFirst("\\[?=.*", ""))
                .toList();
        assertThat(told)
                .containsExactlyElementsOf(command.options().stream()
                        .filter(option -> !option.hidden())
                        .flatMap(option -> Stream.of(option.names()))
                        .toList())
                .contains("--help", "-v");
        assertThat(section("SYNOPSIS", page)).contains(command.qualifiedName(" "));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void manHasNothingToWarnOf(CommandSpec command) throws Exception {
        Path page = folder.resolve("share/man/man8").resolve(fileName(command));

        assertThat(man("--warnings", "--local-file", page.toString()))
                .contains("NAME")
                .contains("\nSYNOPSIS")
                .doesNotContain("warning:")
                .doesNotContain("\\-", "\\f", "\\(");
    }

    /** What would be an order to the formatter is what it says, in the end. */
    @Test
    void whatIsToldComesOut() throws Exception {
        String text = man(
                "--local-file",
                folder.resolve("share/man/man8/agent-ctl-register.8").toString());

        assertThat(text)
                .contains("openssl x509 -noout -fingerprint -sha256 -in ~/etc/ssl/sites/SITE.pem")
                .contains("--hostname \"$(hostname)\" \\\n");
        assertThat(man(
                        "--local-file",
                        folder.resolve("share/man/man8/agent-ctl.8").toString()))
                .contains("%ProgramData%\\checkmk\\agent")
                .contains("Started as root, every command becomes the owner of the home directory")
                .contains("pre_configured_connections.json")
                .contains("At SIGTERM or SIGINT nobody new is accepted");
    }

    @Test
    void theDateIsWhatItIsToldAndNothingElseVaries() throws Exception {
        Path page = Path.of("man", "man8", "agent-ctl.8");
        ManualWriter.main(new String[] {folder.resolve("again").toString(), "2030-01-02T03:04:05Z"});

        assertThat(Files.readString(folder.resolve("again").resolve(page)))
                .contains("\"2030\\-01\\-02\"")
                .isEqualTo(Files.readString(folder.resolve("share").resolve(page))
                        .replace("2026\\-11\\-24", "2030\\-01\\-02"));
    }

    /** Options that an example names exist, and those that the verb demands are there. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyHelpEndsWithExamplesThatAreUnderstood(CommandSpec command) {
        String help = String.join("\n", command.usageMessage().footer());
        List<String[]> examples = new ArrayList<>();
        for (String line : help.replaceAll("\\\\\n", " ").split("[\n|]", -1)) {
            int call = line.indexOf("agent-ctl ");
            if (call >= 0) {
                examples.add(line.substring(call + "agent-ctl ".length())
                        .replaceFirst(" # .*", "")
                        .replace("\"$SHA256\"", FINGERPRINT)
                        .strip()
                        .split(" +", -1));
            }
        }

        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(118));
        assertThat(help).containsPattern("\nExamples?:\n  ");
        assertThat(examples).isNotEmpty();
        for (String[] example : examples) {
            CommandLine.ParseResult parsed = model().commandLine().parseArgs(example);
            assertThat(parsed.errors()).isEmpty();
            assertThat(parsed.subcommand()).isNotNull();
        }
        if (command != ROOT) {
            assertThat(examples).anySatisfy(example -> assertThat(example).contains(command.name()));
        }
    }

    /** Which the completions propose. */
    @Test
    void valuesThatAreListedAreTaken() {
        List<String> listed = new ArrayList<>();
        commands().forEach(command -> {
            for (OptionSpec option : command.options()) {
                for (String value : values(option)) {
                    String given = option.longestName() + "=" + value;
                    assertThat(complaint(command == ROOT ? "" : command.name(), given))
                            .doesNotContain(value);
                    listed.add(command.name() + " " + given);
                }
            }
        });

        assertThat(listed).contains("register --key-type=ec-p256", "renew-certificate --key-type=rsa-4096");
    }

    @Test
    void theSettingsFileShowsTheDefaults() throws Exception {
        String settings =
                Files.readString(Path.of("..", "installer", "src", "main", "dist", "setup", "cmk-agent-ctl.toml"));
        List<String> keys = find("(?m)^#([a-z_]+) = ", settings);
        String readme = Files.readString(Path.of("..", "README.md")).split("## Configure", 2)[1];
        List<String> documented =
                find("(?m)^([a-z_]+) = ", readme.split("```toml\n", 2)[1].split("```", 2)[0]);

        assertThat(keys).contains("updater_registration").containsAll(documented);
        // With every line at work, each key is known and each value understood.
        Controller controller = Controller.at(folder.resolve("home"))
                .configured(
                        settings.replaceAll("(?m)^#(?=[a-z_]+ = )", "").lines().toArray(String[]::new));
        controller.run("status", "--no-query-remote").succeeds().stderrIs("");
    }

    /** One for everyone who parses by it: it remembers what it has parsed. */
    private static CommandSpec model() {
        return AgentCtl.model(new Invocation(Map.of(), new ProcessTerminal(), Clock.systemUTC()));
    }

    private static List<String> values(OptionSpec option) {
        List<String> values = new ArrayList<>();
        if (option.completionCandidates() != null) {
            option.completionCandidates().forEach(values::add);
        }
        return values;
    }

    /** Of what is missing beside it, perhaps. */
    private static String complaint(String... arguments) {
        try {
            model().commandLine()
                    .parseArgs(Stream.of(arguments)
                            .filter(argument -> !argument.isEmpty())
                            .toArray(String[]::new));
            return "";
        } catch (CommandLine.ParameterException e) {
            return e.getMessage();
        }
    }

    private static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toList());
    }

    private static String fileName(CommandSpec command) {
        return command.qualifiedName("-") + ".8";
    }

    /** Without fonts, and with dashes that are dashes. */
    private String page(CommandSpec command) throws IOException {
        return Files.readString(folder.resolve("share/man/man8").resolve(fileName(command)))
                .replaceAll("\\\\f[BIR]", "")
                .replace("\\-", "-")
                .replace("\\(aq", "'");
    }

    private static String section(String name, String page) {
        return page.split("(?m)^\\.SH \"" + name + "\"$", 2)[1].split("(?m)^\\.SH ", 2)[0];
    }

    private static String man(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("man"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "200", "MANPAGER", "cat", "TERM", "dumb"));
        try {
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
            return text;
        } catch (IOException e) {
            return abort("man is not installed");
        }
    }
}

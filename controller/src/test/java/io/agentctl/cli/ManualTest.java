package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual page, the completion and the settings file that the packages carry know the verbs, options and keys that there are. */
class ManualTest {
    private static final Path SETUP = Path.of("..", "installer", "src", "main", "dist", "setup");
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
    private static final Pattern OPTION_IN_HELP = Pattern.compile("(?m)^  (?:-\\w, |    )(--[a-z-]+)");

    /** Those of every verb, which are not repeated for each. */
    private static final Set<String> COMMON = Set.of("--help", "--log-level", "--log-format");

    @TempDir
    private Path folder;

    @Test
    void theManualHasEveryVerb() throws Exception {
        assertThat(find("(?m)^\\.SS (\\S+)$", manual())).containsExactlyElementsOf(verbs());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "register",
                "register-new",
                "proxy-register",
                "import",
                "daemon",
                "pull",
                "push",
                "renew-certificate",
                "status",
                "doctor",
                "delete",
                "delete-all",
                "dump"
            })
    void theManualAndTheCompletionHaveEveryOptionOfAVerb(String verb) throws Exception {
        Set<String> options = optionsOf(verb);

        String section = manual().split("(?m)^\\.SS " + verb + "$", 2)[1].split("(?m)^\\.PP$", 2)[0];
        assertThat(new TreeSet<>(options(section))).isEqualTo(options);
        assertThat(completed(verb)).isEqualTo(options);
    }

    @Test
    void theManualExplainsEveryOption() throws Exception {
        Set<String> all = new TreeSet<>(COMMON);
        all.add("--version");
        for (String verb : verbs()) {
            all.addAll(optionsOf(verb));
        }
        String explanations = manual().split("(?m)^\\.SH OPTIONS$", 2)[1].split("(?m)^\\.SH ", 2)[0];
        List<String> explained = new ArrayList<>();
        for (String paragraph : explanations.split("(?m)^\\.TP$", -1)) {
            List<String> named = options(paragraph.strip().lines().findFirst().orElse(""));
            explained.addAll(named);
        }

        assertThat(explained).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void theCompletionHasEveryVerb() throws Exception {
        List<String> lists = find("local verbs='([^']*)'", completion());

        assertThat(lists).hasSize(1);
        assertThat(lists.get(0).split(" ", -1)).containsExactlyElementsOf(verbs());
    }

    @Test
    void theManualAndTheCompletionHaveWhatEveryVerbTakes() throws Exception {
        String completion = completion();
        assertThat(options(find("local common='([^']*)'", completion).get(0)))
                .containsExactlyInAnyOrderElementsOf(COMMON);
        assertThat(completion).contains("options=\"$verbs $common --version\"", "options=\"$options $common\"");
        assertThat(options(manual().split("(?m)^\\.SH COMMANDS$", 2)[1].split("(?m)^\\.SS ", 2)[0]))
                .containsExactlyInAnyOrderElementsOf(COMMON);
    }

    @Test
    void theSettingsFileShowsTheDefaults() throws Exception {
        String settings = Files.readString(SETUP.resolve("cmk-agent-ctl.toml"));
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

    private Controller controller() {
        return Controller.at(folder.resolve("home"));
    }

    /** The verbs in the order of the help. */
    private List<String> verbs() throws Exception {
        String help = controller().run("--help").succeeds().stdout();
        return find("(?m)^  ([a-z-]+) {2,}", help.split("Commands:\n", 2)[1]);
    }

    private Set<String> optionsOf(String verb) throws Exception {
        Set<String> options = new TreeSet<>();
        OPTION_IN_HELP
                .matcher(controller().run(verb, "--help").succeeds().stdout())
                .results()
                .map(match -> match.group(1))
                .forEach(options::add);
        assertThat(options).containsAll(COMMON);
        options.removeAll(COMMON);
        return options;
    }

    private Set<String> completed(String verb) throws IOException {
        String completion = completion();
        String site = find("local site='([^']*)'", completion).get(0);
        List<String> lists = find("(?m)^    " + verb + "\\) options=[\"']?([^\"'\n]*)", completion);
        return lists.isEmpty() ? Set.of() : new TreeSet<>(options(lists.get(0).replace("$site", site)));
    }

    private static List<String> options(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).collect(Collectors.toList());
    }

    private static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toList());
    }

    private static String manual() throws IOException {
        return Files.readString(SETUP.resolve("agent-ctl.8")).replace("\\-", "-");
    }

    private static String completion() throws IOException {
        return Files.readString(SETUP.resolve("completion.bash"));
    }
}

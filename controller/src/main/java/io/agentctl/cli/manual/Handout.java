package io.agentctl.cli.manual;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** All that packages hand out besides the command itself, in the places below {@code /usr/share} where others look for it. */
public final class Handout {
    private Handout() {}

    /**
     * Returns the files' texts by their paths.
     *
     * @param root the root command
     * @param version its version
     * @param date what the manual pages are dated
     */
    public static Map<String, String> files(CommandSpec root, String version, LocalDate date) {
        Vocabulary vocabulary = new Vocabulary(root);
        Map<String, String> files = new LinkedHashMap<>();
        new ManualPages(vocabulary, version, date).pages().forEach((name, page) -> files.put("man/man8/" + name, page));
        String name = vocabulary.name();
        files.put("bash-completion/completions/" + name, new BashCompletion(vocabulary).script());
        files.put("zsh/site-functions/_" + name, new ZshCompletion(vocabulary).script());
        files.put("fish/vendor_completions.d/" + name + ".fish", new FishCompletion(vocabulary).script());
        return files;
    }
}

package io.agentctl.cli.manual;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The pages of the manual: one of the command, and one of each verb.
 *
 * @param vocabulary the command line
 * @param version what they are about
 * @param date what they are dated, which is no day of a build: the same sources make the same pages
 */
record ManualPages(Vocabulary vocabulary, String version, LocalDate date) {
    private static final int SECTION = 8;

    /** Wide enough for every synopsis to be one line: the reader's formatter breaks it. */
    private static final int ANY_WIDTH = 1000;

    /** Returns the pages by the names of their files. */
    Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(file(vocabulary.name()), ofTheCommand());
        for (CommandSpec verb : vocabulary.verbs()) {
            pages.put(file(title(verb)), of(verb));
        }
        return pages;
    }

    private String ofTheCommand() {
        CommandSpec root = vocabulary.root();
        Roff page = beginning(vocabulary.name(), root);
        page.section("DESCRIPTION").words(Reference.ABOUT).paragraph(Reference.ROOT);
        page.section("COMMANDS");
        for (CommandSpec verb : vocabulary.verbs()) {
            page.named(verb.name(), Vocabulary.description(verb) + " See " + page(verb) + ".");
        }
        arguments(page, root);
        examples(page, root);
        exitStatus(page, root);
        for (CommandSpec verb : vocabulary.verbsWithOwnExitStatuses()) {
            page.paragraph("Of " + verb.name() + ":");
            vocabulary.exitStatuses(verb).forEach(status -> page.named(status.term(), status.text()));
        }
        page.section("ENVIRONMENT");
        Reference.ENVIRONMENT.forEach(variable -> page.named(variable.term(), variable.text()));
        page.section("FILES");
        Reference.FILES.forEach(file -> page.named(file.term(), file.text()));
        page.section("DIAGNOSTICS").words("A failure is one line on stderr. What most of them say, and what to do:");
        Reference.FAILURES.forEach(failure -> page.named(failure.term(), failure.text()));
        page.paragraph(Reference.ASK_THE_DOCTOR);
        List<String> others =
                new ArrayList<>(vocabulary.verbs().stream().map(this::page).toList());
        others.addAll(List.of("systemctl(1)", "journalctl(1)"));
        page.section("SEE ALSO").pages(others);
        page.paragraph("/usr/share/doc/agent-ctl/README.md");
        return page.toString();
    }

    private String of(CommandSpec verb) {
        Roff page = beginning(title(verb), verb);
        page.section("DESCRIPTION").words(Vocabulary.description(verb));
        arguments(page, verb);
        examples(page, verb);
        exitStatus(page, verb);
        String all =
                " mean the same for all commands, and are explained in " + vocabulary.name() + "(" + SECTION + ").";
        page.section("ENVIRONMENT").words("These" + all);
        names(page, Reference.ENVIRONMENT);
        page.section("FILES").words("These" + all);
        names(page, Reference.FILES);
        page.section("SEE ALSO").pages(List.of(vocabulary.name() + "(" + SECTION + ")"));
        return page.toString();
    }

    private static void names(Roff page, List<Entry> entries) {
        page.verbatim(entries.stream().map(Entry::term).toList());
    }

    private Roff beginning(String title, CommandSpec command) {
        String does = Vocabulary.gist(Vocabulary.description(command));
        Roff page =
                new Roff(title.toUpperCase(Locale.ROOT), SECTION, date.toString(), vocabulary.name() + " " + version);
        page.section("NAME").words(title + " - " + does.substring(0, 1).toLowerCase(Locale.ROOT) + does.substring(1));
        return page.section("SYNOPSIS").synopsis(synopsis(command));
    }

    private static String synopsis(CommandSpec command) {
        command.usageMessage().width(ANY_WIDTH);
        return new Help(command, Help.defaultColorScheme(Ansi.OFF)).synopsis(0).strip();
    }

    private static void arguments(Roff page, CommandSpec command) {
        page.section("OPTIONS");
        for (PositionalParamSpec operand : Vocabulary.operands(command)) {
            page.entry(operand.paramLabel(), Vocabulary.plain(operand.description()));
        }
        for (OptionSpec option : Vocabulary.options(command)) {
            page.entry(term(option), Vocabulary.plain(option.description()));
        }
    }

    private static String term(OptionSpec option) {
        Value value = Value.of(option);
        return String.join(", ", option.names())
                + switch (value) {
                    case NONE -> "";
                    case OPTIONAL -> "[=" + option.paramLabel() + "]";
                    case REQUIRED -> "=" + option.paramLabel();
                };
    }

    private static void examples(Roff page, CommandSpec command) {
        List<String> examples = Vocabulary.examples(command);
        if (!examples.isEmpty()) {
            page.section("EXAMPLES").verbatim(examples);
        }
    }

    private void exitStatus(Roff page, CommandSpec command) {
        page.section("EXIT STATUS");
        vocabulary.exitStatuses(command).forEach(status -> page.named(status.term(), status.text()));
    }

    private String title(CommandSpec verb) {
        return vocabulary.name() + "-" + verb.name();
    }

    private String page(CommandSpec verb) {
        return title(verb) + "(" + SECTION + ")";
    }

    private static String file(String title) {
        return title + "." + SECTION;
    }
}

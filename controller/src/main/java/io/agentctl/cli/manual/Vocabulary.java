package io.agentctl.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The words of the command line that a user is told of, and what they mean.
 *
 * @param root the root command
 */
public record Vocabulary(CommandSpec root) {
    /** The label of an operand that names a connection. */
    public static final String CONNECTION = "CONNECTION";

    /** The label of an operand that names what help is wanted on. */
    public static final String TOPIC = "TOPIC";

    private static final Pattern EXAMPLES = Pattern.compile("Examples?:");
    private static final Pattern END_OF_SENTENCE = Pattern.compile("[.;](\\s|$)");

    /** Returns the name of the command. */
    String name() {
        return root.name();
    }

    /** Returns the verbs that are no secret, in the order of the help. */
    List<CommandSpec> verbs() {
        return root.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(verb -> !verb.usageMessage().hidden())
                .distinct()
                .toList();
    }

    /** Returns all that there is help on: verbs, then topics. */
    public List<String> topics() {
        return Stream.concat(
                        verbs().stream().map(CommandSpec::name),
                        Stream.of(Topic.values()).map(Topic::title))
                .toList();
    }

    /** Returns the options of a command, those for all commands included. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** Returns what a command takes besides options. */
    static List<PositionalParamSpec> operands(CommandSpec command) {
        return command.positionalParameters().stream()
                .filter(operand -> !operand.hidden())
                .toList();
    }

    /** Returns what a command does. */
    static String description(CommandSpec command) {
        return plain(command.usageMessage().description());
    }

    /** Returns the beginning of a description that can stand alone, as one does in a list. */
    static String gist(String description) {
        String first = END_OF_SENTENCE.split(description, 2)[0];
        return first.contains(" (") ? first.substring(0, first.indexOf(" (")) : first;
    }

    /** Returns a description's lines as one text. */
    static String plain(String... lines) {
        return Stream.of(lines).map(Vocabulary::literal).collect(Collectors.joining(" "));
    }

    /** Returns a command's examples as they stand in its help, line by line, without their indentation. */
    static List<String> examples(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        for (String line : command.usageMessage().footer()) {
            if (!line.isBlank() && !EXAMPLES.matcher(line.strip()).matches()) {
                lines.add(literal(line).replaceFirst("^ {2}", ""));
            }
        }
        return lines;
    }

    /** Returns how a command ends, statuses as terms: what it says of that itself, else what is said of all. */
    List<Entry> exitStatuses(CommandSpec command) {
        CommandSpec telling = command.usageMessage().exitCodeList().isEmpty() ? root : command;
        return telling.usageMessage().exitCodeList().entrySet().stream()
                .map(entry -> new Entry(entry.getKey().strip(), literal(entry.getValue())))
                .toList();
    }

    /** Returns the verbs that end in ways of their own. */
    List<CommandSpec> verbsWithOwnExitStatuses() {
        return verbs().stream()
                .filter(verb -> !verb.usageMessage().exitCodeList().isEmpty())
                .toList();
    }

    /** picocli writes a description through a format, and styles. */
    private static String literal(String line) {
        return Ansi.OFF.string(String.format(line)).stripTrailing();
    }
}

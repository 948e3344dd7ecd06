package io.agentctl.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion for zsh, as a function that its completion system finds by its name.
 *
 * @param vocabulary the command line
 */
record ZshCompletion(Vocabulary vocabulary) {
    private static final String SCRIPT = """
            #compdef @NAME@ cmk-@NAME@
            # Completion for @NAME@ in zsh. The build made this from what the command line is.

            # What is registered here, to those who may know.
            _@NAME@_connections() {
              local -a connections
              connections=(${(f)"$($command_line @CONNECTIONS@)"})
              _wanted connections expl connection compadd -a connections
            }

            _@NAME@_verbs() {
              local -a verbs
              verbs=(
            @NAMES@
              )
              _describe -t commands command verbs
            }

            _@NAME@() {
              local curcontext=$curcontext state line expl ret=1
              local -A opt_args
              # As it was typed, which is not where it is found by its name alone.
              local command_line=$words[1]
              _arguments -C -s \\
            @ROOT@
                '1: :_@NAME@_verbs' \\
                '*:: :->arguments' && ret=0
              [[ $state == arguments ]] || return ret
              curcontext="${curcontext%:*:*}:@NAME@-$words[1]:"
              case $words[1] in
            @VERBS@
              esac
              return ret
            }

            _@NAME@ "$@"
            """;

    /** Returns the script. */
    String script() {
        return SCRIPT.replace("@NAMES@", names())
                .replace("@ROOT@", arguments(vocabulary.root(), "    "))
                .replace("@VERBS@", verbs())
                .replace("@CONNECTIONS@", Proposal.NAMES_OF_CONNECTIONS)
                .replace("@NAME@", vocabulary.name());
    }

    private String names() {
        return vocabulary.verbs().stream()
                .map(verb -> "    "
                        + quoted(verb.name().replace(":", "\\:") + ":" + Vocabulary.gist(Vocabulary.description(verb))))
                .collect(Collectors.joining("\n"));
    }

    private String verbs() {
        return vocabulary.verbs().stream()
                .map(verb -> "    " + verb.name() + ")\n      _arguments -s \\\n"
                        + arguments(verb, "        ").replaceFirst(" \\\\$", "") + " && ret=0\n      ;;")
                .collect(Collectors.joining("\n"));
    }

    /** Each on a line, to be continued. */
    private String arguments(CommandSpec command, String indent) {
        List<String> arguments = new ArrayList<>();
        for (OptionSpec option : Vocabulary.options(command)) {
            arguments.add(argument(option));
        }
        int position = 1;
        for (PositionalParamSpec operand : Vocabulary.operands(command)) {
            arguments.add(quoted(position++ + ":" + valueOf(operand.paramLabel(), Proposal.of(operand, vocabulary))));
        }
        return arguments.stream().map(line -> indent + line + " \\").collect(Collectors.joining("\n"));
    }

    /** All names of one option stand in braces, unless it has one alone. */
    private String argument(OptionSpec option) {
        List<String> names = Stream.of(option.names())
                .map(name -> name + following(option, name.startsWith("--")))
                .toList();
        String end = "[" + bracketed(Vocabulary.gist(Vocabulary.plain(option.description()))) + "]"
                + switch (Value.of(option)) {
                    case NONE -> "";
                    case OPTIONAL -> "::" + valueOf(option.paramLabel(), Proposal.of(option, vocabulary));
                    case REQUIRED -> ":" + valueOf(option.paramLabel(), Proposal.of(option, vocabulary));
                };
        boolean ends = option.usageHelp() || option.versionHelp();
        boolean repeats = option.isMultiValue() || option.typeInfo().isArray();
        String excluded = ends ? "(- *)" : repeats ? "*" : "(" + String.join(" ", option.names()) + ")";
        return names.size() == 1
                ? quoted(excluded + names.get(0) + end)
                : quoted(excluded) + "{" + String.join(",", names) + "}" + quoted(end);
    }

    private static String following(OptionSpec option, boolean isLong) {
        return switch (Value.of(option)) {
            case NONE -> "";
            case OPTIONAL -> isLong ? "=-" : "-";
            case REQUIRED -> isLong ? "=" : "+";
        };
    }

    private static String valueOf(String label, Proposal proposal) {
        return label.replace(":", "\\:") + ":"
                + switch (proposal.kind()) {
                    case NOTHING -> " ";
                    case WORDS -> "(" + String.join(" ", proposal.words()) + ")";
                    case FILES -> "_files";
                    case CONNECTIONS -> "_@NAME@_connections";
                };
    }

    private static String bracketed(String text) {
        return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}

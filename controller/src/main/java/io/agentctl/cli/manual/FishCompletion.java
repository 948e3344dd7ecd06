package io.agentctl.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion for fish 3.0 and later.
 *
 * @param vocabulary the command line
 */
record FishCompletion(Vocabulary vocabulary) {
    private static final String SCRIPT = """
            # Completion for @NAME@ in fish. The build made this from what the command line is.

            # Prints the verb, if one stands before the cursor.
            function __@FUNCTION@_verb
                set -l words (commandline -opc)
                set -e words[1]
                set -l is_value 0
                for word in $words
                    if test $is_value = 1
                        set is_value 0
                    else if contains -- $word @VALUED@
                        set is_value 1
                    else if not string match -q -- '-*' $word
                        echo $word
                        return
                    end
                end
                return 1
            end

            function __@FUNCTION@_has_no_verb
                not __@FUNCTION@_verb >/dev/null
            end

            function __@FUNCTION@_has_verb
                set -l verb (__@FUNCTION@_verb)
                and test $verb = $argv[1]
            end

            # What is registered here, to those who may know.
            function __@FUNCTION@_connections
                set -l words (commandline -opc)
                command $words[1] @CONNECTIONS@
            end

            complete -c @NAME@ -f
            complete -c cmk-@NAME@ -w @NAME@
            @COMMANDS@
            """;

    /** Returns the script. */
    String script() {
        List<String> lines = new ArrayList<>();
        String none = "__@FUNCTION@_has_no_verb";
        options(vocabulary.root(), none, lines);
        for (CommandSpec verb : vocabulary.verbs()) {
            lines.add(rule(none) + " -a " + verb.name() + saying(Vocabulary.description(verb)));
        }
        for (CommandSpec verb : vocabulary.verbs()) {
            String condition = "'__@FUNCTION@_has_verb " + verb.name() + "'";
            options(verb, condition, lines);
            for (PositionalParamSpec operand : Vocabulary.operands(verb)) {
                lines.add(rule(condition) + values(Proposal.of(operand, vocabulary)));
            }
        }
        return SCRIPT.replace("@COMMANDS@", String.join("\n", lines))
                .replace("@VALUED@", valued())
                .replace("@CONNECTIONS@", Proposal.NAMES_OF_CONNECTIONS)
                .replace("@FUNCTION@", vocabulary.name().replace('-', '_'))
                .replace("@NAME@", vocabulary.name());
    }

    /** Where there is none, nothing is a member of nothing. */
    private String valued() {
        return Vocabulary.options(vocabulary.root()).stream()
                .filter(option -> Value.of(option) == Value.REQUIRED)
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.joining(" "));
    }

    private void options(CommandSpec command, String condition, List<String> lines) {
        for (OptionSpec option : Vocabulary.options(command)) {
            String names = Stream.of(option.names())
                    .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                    .collect(Collectors.joining());
            String value = Value.of(option) == Value.REQUIRED ? values(Proposal.of(option, vocabulary)) : "";
            lines.add(rule(condition) + names + value + saying(Vocabulary.plain(option.description())));
        }
    }

    private static String rule(String condition) {
        return "complete -c @NAME@ -n " + condition;
    }

    private static String values(Proposal proposal) {
        return switch (proposal.kind()) {
            case NOTHING -> " -x";
            case WORDS -> " -x -a '" + String.join(" ", proposal.words()) + "'";
            case FILES -> " -r -F";
            case CONNECTIONS -> " -x -a '(__@FUNCTION@_connections)'";
        };
    }

    private static String saying(String description) {
        return " -d '" + Vocabulary.gist(description).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}

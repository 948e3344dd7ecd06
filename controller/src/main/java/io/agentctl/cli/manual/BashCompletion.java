package io.agentctl.cli.manual;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion for bash 3.2 and later.
 *
 * @param vocabulary the command line
 */
record BashCompletion(Vocabulary vocabulary) {
    private static final String SCRIPT = """
            # Completion for @NAME@ in bash. The build made this from what the command line is.

            # Sets $options, those of them that take a value ($valued) and what else there is to say ($operand) of the verb $1, or without one.
            _@FUNCTION@_verb() {
              options='' valued='' operand=''
              case $1 in
            @VERBS@
              esac
            }

            # Sets $proposals to what is proposed for the option $2 of the verb $1: words, @files, or nothing.
            _@FUNCTION@_value() {
              proposals=''
              case "$1 $2" in
            @VALUES@
              esac
            }

            # What is registered here, to those who may know.
            _@FUNCTION@_connections() {
              "${COMP_WORDS[0]}" @CONNECTIONS@
            }

            _@FUNCTION@() {
              local word=${COMP_WORDS[COMP_CWORD]} verb='' option='' prefix='' options valued operand proposals argument i
              COMPREPLY=()
              _@FUNCTION@_verb ''
              for ((i = 1; i < COMP_CWORD; i++)); do
                argument=${COMP_WORDS[i]}
                # Of --option=value bash makes three words.
                if [[ $argument == = ]]; then
                  continue
                elif [[ -n $option ]]; then
                  option=''
                elif [[ $argument == -* ]]; then
                  [[ " $valued " != *" $argument "* ]] || option=$argument
                elif [[ -z $verb ]]; then
                  verb=$argument
                  _@FUNCTION@_verb "$verb"
                else
                  operand=''
                fi
              done
              if [[ $word == = ]]; then
                word=''
              elif [[ -z $option && $word == --*=* ]]; then
                # Unless COMP_WORDBREAKS says otherwise.
                option=${word%%=*} prefix=${word%%=*}= word=${word#*=}
              fi
              if [[ -n $option ]]; then
                _@FUNCTION@_value "$verb" "$option"
              elif [[ $word == -* ]]; then
                proposals=$options
              elif [[ -n $verb && -z $operand ]]; then
                proposals=$options
              else
                proposals=$operand
              fi
              case $proposals in
                @files)
                  # Readline knows best, and bash 4 lets it.
                  if [[ -z $prefix ]] && compopt -o default 2>/dev/null; then
                    return
                  fi
                  while IFS= read -r argument; do
                    COMPREPLY+=("$prefix$argument")
                  done < <(compgen -f -- "$word")
                  ;;
                @connections)
                  # Not by compgen -W, to which its words are a script's.
                  while IFS= read -r argument; do
                    [[ $argument != "$word"* ]] || COMPREPLY+=("$argument")
                  done < <(_@FUNCTION@_connections)
                  ;;
                *)
                  while IFS= read -r argument; do
                    COMPREPLY+=("$prefix$argument")
                  done < <(compgen -W "$proposals" -- "$word")
                  ;;
              esac
            }

            complete -F _@FUNCTION@ @NAME@ cmk-@NAME@
            """;

    /** Returns the script. */
    String script() {
        return SCRIPT.replace("@VERBS@", verbs())
                .replace("@VALUES@", values())
                .replace("@CONNECTIONS@", Proposal.NAMES_OF_CONNECTIONS)
                .replace("@FUNCTION@", vocabulary.name().replace('-', '_'))
                .replace("@NAME@", vocabulary.name());
    }

    private String verbs() {
        return Stream.concat(Stream.of(vocabulary.root()), vocabulary.verbs().stream())
                .map(command -> "    " + (isRoot(command) ? "''" : command.name()) + ")\n      options='"
                        + names(Vocabulary.options(command)) + "'\n      valued='"
                        + names(Vocabulary.options(command).stream()
                                .filter(option -> Value.of(option) == Value.REQUIRED)
                                .toList())
                        + "'\n      operand='" + operand(command) + "'\n      ;;")
                .collect(Collectors.joining("\n"));
    }

    private static String names(List<OptionSpec> options) {
        return options.stream().flatMap(option -> Stream.of(option.names())).collect(Collectors.joining(" "));
    }

    private String operand(CommandSpec command) {
        if (isRoot(command)) {
            return vocabulary.verbs().stream().map(CommandSpec::name).collect(Collectors.joining(" "));
        }
        List<PositionalParamSpec> operands = Vocabulary.operands(command);
        return operands.isEmpty() ? "" : text(Proposal.of(operands.get(0), vocabulary));
    }

    private String values() {
        Map<String, List<String>> patterns = new LinkedHashMap<>();
        Stream.concat(Stream.of(vocabulary.root()), vocabulary.verbs().stream()).forEach(command -> {
            for (OptionSpec option : Vocabulary.options(command)) {
                String proposals = Value.of(option) == Value.NONE ? "" : text(Proposal.of(option, vocabulary));
                for (String name : proposals.isEmpty() ? new String[0] : option.names()) {
                    patterns.computeIfAbsent(proposals, any -> new ArrayList<>())
                            .add("'" + (isRoot(command) ? "" : command.name()) + " " + name + "'");
                }
            }
        });
        return patterns.entrySet().stream()
                .map(entry -> "    " + String.join(" | ", entry.getValue()) + ") proposals='" + entry.getKey() + "' ;;")
                .collect(Collectors.joining("\n"));
    }

    private boolean isRoot(CommandSpec command) {
        return command.equals(vocabulary.root());
    }

    private static String text(Proposal proposal) {
        return switch (proposal.kind()) {
            case NOTHING -> "";
            case WORDS -> String.join(" ", proposal.words());
            case FILES -> "@files";
            case CONNECTIONS -> "@connections";
        };
    }
}

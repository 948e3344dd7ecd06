package io.agentctl.cli.manual;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;

/**
 * What completion proposes for an option's value, or for an operand.
 *
 * @param kind where the proposals come from
 * @param words the proposals, if that is here
 */
record Proposal(Kind kind, List<String> words) {
    /**
     * Prints the names of the registered connections, one a line, in any shell; before it stands the command. It is what the agent asks in
     * every run: it changes nothing, asks no site and is quick.
     */
    static final String NAMES_OF_CONNECTIONS =
            "status --json --no-query-remote 2>/dev/null | grep -oE '\\{\"(site_id|uuid)\":\"[^\"]+' | cut -d '\"' -f 4";

    private static final Proposal NOTHING = new Proposal(Kind.NOTHING, List.of());

    /** No shell takes any of it for more than it is. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    /** Where proposals come from. */
    enum Kind {
        /** Nobody knows any. */
        NOTHING,
        /** They are always the same. */
        WORDS,
        /** From the file system. */
        FILES,
        /** From the registry. */
        CONNECTIONS
    }

    static Proposal of(ArgSpec argument, Vocabulary vocabulary) {
        if (argument.completionCandidates() != null) {
            return words(StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                    .toList());
        }
        if (argument.type() == Path.class || argument.type() == File.class) {
            return new Proposal(Kind.FILES, List.of());
        }
        return switch (argument.paramLabel()) {
            case Vocabulary.CONNECTION -> new Proposal(Kind.CONNECTIONS, List.of());
            case Vocabulary.TOPIC -> words(vocabulary.topics());
            default -> NOTHING;
        };
    }

    private static Proposal words(List<String> words) {
        for (String word : words) {
            if (!PLAIN.matcher(word).matches()) {
                throw new IllegalArgumentException("'" + word + "' is more to a shell than a word");
            }
        }
        return new Proposal(Kind.WORDS, words);
    }
}

package io.agentctl.cli.manual;

import io.agentctl.config.Key;
import io.agentctl.config.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** What there is help on besides verbs. */
public enum Topic {
    /** How commands end and fail. */
    ERRORS("errors") {
        @Override
        public String text(Vocabulary vocabulary, int width) {
            StringBuilder text = new StringBuilder();
            text.append("Exit status:\n").append(statuses(vocabulary, vocabulary.root(), width));
            for (CommandSpec verb : vocabulary.verbsWithOwnExitStatuses()) {
                text.append("\nExit status of ")
                        .append(verb.name())
                        .append(":\n")
                        .append(statuses(vocabulary, verb, width));
            }
            return text.append("\nUsual failures, and what to do:\n")
                    .append(entries(Reference.FAILURES, width))
                    .append('\n')
                    .append(wrapped(Reference.ASK_THE_DOCTOR.replace("agent-ctl", vocabulary.name()), "", width))
                    .toString();
        }
    },

    /** Variables. */
    ENVIRONMENT("environment") {
        @Override
        public String text(Vocabulary vocabulary, int width) {
            return "Environment variables:\n" + entries(Reference.ENVIRONMENT, width);
        }
    },

    /** Files. */
    FILES("files") {
        @Override
        public String text(Vocabulary vocabulary, int width) {
            return "Files:\n" + entries(Reference.FILES, width);
        }
    },

    /** Keys of the configuration file. */
    SETTINGS("settings") {
        @Override
        public String text(Vocabulary vocabulary, int width) {
            return "Settings in cmk-agent-ctl.toml, with their defaults:\n"
                    + entries(Settings.keys().stream().map(Topic::entry).toList(), width);
        }
    };

    private static final String INDENT = "  ";

    private final String title;

    Topic(String title) {
        this.title = title;
    }

    /** Returns what it is called. */
    String title() {
        return title;
    }

    /** Finds a topic by its name. */
    public static Optional<Topic> named(String name) {
        return Arrays.stream(values()).filter(topic -> topic.title.equals(name)).findFirst();
    }

    /**
     * Returns what there is to say, in lines.
     *
     * @param vocabulary the command line
     * @param width of the widest line, in characters
     */
    public abstract String text(Vocabulary vocabulary, int width);

    private static Entry entry(Key key) {
        return new Entry(
                key.name() + (key.byDefault().isEmpty() ? "" : " = " + key.byDefault()),
                (key.meaning() + "; " + key.form()).replace("`", ""));
    }

    private static String statuses(Vocabulary vocabulary, CommandSpec command, int width) {
        return vocabulary.exitStatuses(command).stream()
                .map(status -> item(INDENT + status.term(), wrapped(status.text(), INDENT.repeat(2) + " ", width)))
                .collect(Collectors.joining());
    }

    /** A label that stands in the indentation of its text. */
    private static String item(String label, String text) {
        return label + text.substring(label.length());
    }

    private static String entries(List<Entry> entries, int width) {
        return entries.stream()
                .map(entry -> INDENT + entry.term() + "\n" + wrapped(entry.text(), INDENT.repeat(3), width))
                .collect(Collectors.joining());
    }

    private static String wrapped(String text, String indent, int width) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > width) {
                lines.append(line).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        return lines.append(line).append('\n').toString();
    }
}

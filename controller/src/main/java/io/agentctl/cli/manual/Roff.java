package io.agentctl.cli.manual;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A manual page in the making, in roff with the macros of man(7), by those means alone that every formatter since the seventies knows.
 *
 * <p>Options are bold wherever they are named.
 */
final class Roff {
    /** Not the dashes within a word. */
    private static final Pattern OPTION =
            Pattern.compile("(?<![\\w-])(--?[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]|-[A-Za-z](?!\\w))");

    private static final Pattern PLACEHOLDER = Pattern.compile("(?<![\\w/-])[A-Z][A-Z0-9]+(:[A-Z]+)?");

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param title such as {@code AGENT-CTL}
     * @param section of the manual
     * @param date of the page
     * @param source what it is about, with its version
     */
    Roff(String title, int section, String date, String source) {
        request("TH", title, String.valueOf(section), date, source, "Administration");
        // Nobody can type an option that is broken in two.
        text.append(".nh\n.ad l\n");
    }

    /** Begins a section. */
    Roff section(String heading) {
        return request("SH", heading);
    }

    /** Begins a paragraph. */
    Roff paragraph(String words) {
        text.append(".PP\n");
        return line(options(escaped(words)));
    }

    /** Adds a line of plain text to what has begun. */
    Roff words(String words) {
        return line(options(escaped(words)));
    }

    /** Adds what can be typed: options bold, what stands for something else in italics. */
    Roff synopsis(String words) {
        return line(typed(words));
    }

    /** Adds an entry to a list. */
    Roff entry(String term, String words) {
        text.append(".TP\n");
        line(typed(term));
        return line(options(escaped(words)));
    }

    /** Adds an entry to a list, about something that has that name. */
    Roff named(String name, String words) {
        text.append(".TP\n");
        line("\\fB" + escaped(name) + "\\fR");
        return line(options(escaped(words)));
    }

    /** Adds lines that stay as they are. */
    Roff verbatim(List<String> lines) {
        text.append(".PP\n.RS 4\n.nf\n");
        lines.forEach(line -> line(escaped(line)));
        text.append(".fi\n.RE\n");
        return this;
    }

    /** Adds a list of other pages, by name and section. */
    Roff pages(List<String> pages) {
        return line(pages.stream()
                .map(page -> "\\fB" + escaped(page).replaceFirst("\\(", "\\\\fR("))
                .reduce((left, right) -> left + ",\n" + right)
                .orElseThrow());
    }

    /** Returns the page. */
    @Override
    public String toString() {
        return text.toString();
    }

    /** Stands in quotes, so that a blank ends no argument. */
    private Roff request(String name, String... arguments) {
        text.append('.').append(name);
        for (String argument : arguments) {
            text.append(" \"").append(escaped(argument).replace("\"", "\\(dq")).append('"');
        }
        text.append('\n');
        return this;
    }

    /** A dot or an apostrophe at its beginning would be an order. */
    private Roff line(String words) {
        text.append(words.startsWith(".") || words.startsWith("'") ? "\\&" : "")
                .append(words)
                .append('\n');
        return this;
    }

    private static String typed(String words) {
        return PLACEHOLDER
                .matcher(options(escaped(words)))
                .replaceAll(match -> Matcher.quoteReplacement("\\fI" + match.group() + "\\fR"));
    }

    private static String options(String escaped) {
        return OPTION.matcher(escaped.replace("\\-", "-"))
                .replaceAll(match -> Matcher.quoteReplacement("\\fB" + match.group() + "\\fR"))
                .replace("-", "\\-");
    }

    /** What would be an order, or another character than it is. */
    private static String escaped(String words) {
        StringBuilder escaped = new StringBuilder();
        words.codePoints().forEach(character -> {
            switch (character) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                    if (character < 0x80) {
                        escaped.append((char) character);
                    } else {
                        escaped.append(String.format("\\[u%04X]", character));
                    }
                }
            }
        });
        return escaped.toString();
    }
}

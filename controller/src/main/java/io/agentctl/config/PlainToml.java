package io.agentctl.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plain TOML without a library, whose start costs a quarter of what the agent's call of {@code status} does, and whose classes would stay in the
 * memory of the service: comments, and bare keys with small whole numbers, booleans, texts without escapes, or lists of such texts, each on one
 * line. All else, and all that is wrong, is left to {@link Toml}. Not for use by several threads.
 */
final class PlainToml {
    /** Any number of so many digits fits an {@code int}. */
    private static final int MAX_DIGITS = 9;

    private static final int DELETE = 0x7f;

    private final String text;
    private int at;

    private PlainToml(String text) {
        this.text = text;
    }

    /** Ends the reading: not an error, but nothing for us. */
    private static final class NotPlainException extends Exception {
        private static final long serialVersionUID = 1;

        NotPlainException() {
            super(null, null, false, false);
        }
    }

    /**
     * Reads a file's text.
     *
     * @param text TOML
     * @return what stands in it, or empty if the text is not plain
     */
    static Optional<Map<String, Object>> read(String text) {
        try {
            return Optional.of(new PlainToml(text).file());
        } catch (NotPlainException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> file() throws NotPlainException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (at < text.length()) {
            skipBlanks();
            if (!isAtLineEnd()) {
                String key = key();
                skipBlanks();
                take('=');
                skipBlanks();
                if (values.put(key, value()) != null) {
                    throw new NotPlainException();
                }
                skipBlanks();
            }
            endLine();
        }
        return values;
    }

    private boolean isAtLineEnd() {
        return at == text.length() || text.charAt(at) == '\n' || text.charAt(at) == '#';
    }

    private void endLine() throws NotPlainException {
        if (!isAtLineEnd()) {
            throw new NotPlainException();
        }
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == '\n') {
                return;
            }
            requirePrintable(next);
        }
    }

    private String key() throws NotPlainException {
        int start = at;
        while (at < text.length() && isBare(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw new NotPlainException();
        }
        return text.substring(start, at);
    }

    private static boolean isBare(char letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || letter == '_'
                || letter == '-';
    }

    private Object value() throws NotPlainException {
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        if (at < text.length() && text.charAt(at) == '[') {
            return strings();
        }
        String word = key();
        if (word.equals("true") || word.equals("false")) {
            return word.equals("true");
        }
        return number(word);
    }

    private static Integer number(String word) throws NotPlainException {
        boolean isPlain = word.length() <= MAX_DIGITS && (word.length() == 1 || word.charAt(0) != '0');
        for (int i = 0; i < word.length(); i++) {
            isPlain &= word.charAt(i) >= '0' && word.charAt(i) <= '9';
        }
        if (!isPlain) {
            throw new NotPlainException();
        }
        return Integer.valueOf(word);
    }

    private List<Object> strings() throws NotPlainException {
        List<Object> strings = new ArrayList<>();
        take('[');
        skipBlanks();
        while (at < text.length() && text.charAt(at) != ']') {
            if (!strings.isEmpty()) {
                take(',');
                skipBlanks();
            }
            strings.add(string());
            skipBlanks();
        }
        take(']');
        return strings;
    }

    private String string() throws NotPlainException {
        take('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"') {
            char next = text.charAt(at++);
            if (next == '\\' || next == '\n') {
                throw new NotPlainException();
            }
            requirePrintable(next);
        }
        take('"');
        boolean isOfSeveralLines = at - start == 1 && at < text.length() && text.charAt(at) == '"';
        if (isOfSeveralLines) {
            throw new NotPlainException();
        }
        return text.substring(start, at - 1);
    }

    private static void requirePrintable(char letter) throws NotPlainException {
        if ((letter < ' ' && letter != '\t') || letter == DELETE) {
            throw new NotPlainException();
        }
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private void take(char expected) throws NotPlainException {
        if (at == text.length() || text.charAt(at) != expected) {
            throw new NotPlainException();
        }
        at++;
    }
}

package io.agentctl.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plain JSON without a library, whose start costs more than all that the agent's call of {@code status} has to do. What is not plain
 * (malformed, numbers that are not small and whole, anything near a bound) is left to {@link JsonText}'s library, which alone decides what is wrong.
 * Not for use by several threads.
 */
final class PlainJson {
    /** Any number of so many digits fits an {@code int}. */
    private static final int MAX_DIGITS = 9;

    private static final int MAX_NAME_LENGTH = 1024;
    private static final int UNICODE_DIGITS = 4;
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private PlainJson(String text) {
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
     * Reads an object.
     *
     * @param text JSON text
     * @return its fields, or empty if the text is not plain
     */
    static Optional<Map<String, Object>> read(String text) {
        try {
            PlainJson reader = new PlainJson(text);
            reader.skipBlanks();
            reader.take('{');
            Map<String, Object> fields = reader.object(1);
            reader.skipBlanks();
            return reader.at == text.length() ? Optional.of(fields) : Optional.empty();
        } catch (NotPlainException e) {
            return Optional.empty();
        }
    }

    /**
     * Writes a value on one line.
     *
     * @param value maps with texts as keys, lists, texts, small whole numbers, booleans and nulls
     * @return JSON text, or empty if there is anything else in it
     */
    static Optional<String> write(Object value) {
        StringBuilder json = new StringBuilder();
        return append(json, value) ? Optional.of(json.toString()) : Optional.empty();
    }

    private Map<String, Object> object(int depth) throws NotPlainException {
        Map<String, Object> fields = new LinkedHashMap<>();
        skipBlanks();
        if (took('}')) {
            return fields;
        }
        do {
            skipBlanks();
            take('"');
            String name = string();
            skipBlanks();
            take(':');
            if (name.length() > MAX_NAME_LENGTH || fields.containsKey(name)) {
                throw new NotPlainException();
            }
            fields.put(name, value(depth));
            skipBlanks();
        } while (took(','));
        take('}');
        return fields;
    }

    private List<Object> array(int depth) throws NotPlainException {
        List<Object> elements = new ArrayList<>();
        skipBlanks();
        if (took(']')) {
            return elements;
        }
        do {
            elements.add(value(depth));
            skipBlanks();
        } while (took(','));
        take(']');
        return elements;
    }

    private Object value(int depth) throws NotPlainException {
        skipBlanks();
        if (took('"')) {
            return string();
        }
        if (depth < JsonText.MAX_DEPTH && took('{')) {
            return object(depth + 1);
        }
        if (depth < JsonText.MAX_DEPTH && took('[')) {
            return array(depth + 1);
        }
        if (took("true")) {
            return true;
        }
        if (took("false")) {
            return false;
        }
        if (took("null")) {
            return null;
        }
        return number();
    }

    /** A literal or a number must end where the next thing begins: else it is something longer. */
    private void end() throws NotPlainException {
        if (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            throw new NotPlainException();
        }
    }

    private int number() throws NotPlainException {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        int digits = at - start;
        if (digits == 0 || digits > MAX_DIGITS || (digits > 1 && text.charAt(start) == '0')) {
            throw new NotPlainException();
        }
        end();
        return Integer.parseInt(text, start, at, 10);
    }

    private String string() throws NotPlainException {
        int start = at;
        int copied = at;
        StringBuilder built = null;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '"') {
                String last = text.substring(copied, at);
                if (at - start > JsonText.MAX_STRING_LENGTH) {
                    throw new NotPlainException();
                }
                at++;
                return built == null ? last : built.append(last).toString();
            }
            if (next < ' ') {
                throw new NotPlainException();
            }
            if (next == '\\') {
                built = built == null ? new StringBuilder() : built;
                built.append(text, copied, at).append(escaped());
                copied = at;
            } else {
                at++;
            }
        }
        throw new NotPlainException();
    }

    private char escaped() throws NotPlainException {
        at++;
        if (at >= text.length()) {
            throw new NotPlainException();
        }
        int known = ESCAPED.indexOf(text.charAt(at));
        at++;
        if (known >= 0) {
            return MEANT.charAt(known);
        }
        if (text.charAt(at - 1) != 'u' || at + UNICODE_DIGITS > text.length()) {
            throw new NotPlainException();
        }
        int code = 0;
        for (int i = 0; i < UNICODE_DIGITS; i++) {
            char digit = text.charAt(at++);
            int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
            if (value < 0) {
                throw new NotPlainException();
            }
            code = code * 16 + value;
        }
        if (Character.isSurrogate((char) code)) {
            // Half a character, which the library has to judge together with what follows.
            throw new NotPlainException();
        }
        return (char) code;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean took(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private boolean took(String literal) throws NotPlainException {
        if (text.startsWith(literal, at)) {
            at += literal.length();
            end();
            return true;
        }
        return false;
    }

    private void take(char expected) throws NotPlainException {
        if (!took(expected)) {
            throw new NotPlainException();
        }
    }

    private static boolean append(StringBuilder json, Object value) {
        if (value instanceof String string) {
            appendText(json, string);
        } else if (value == null || value instanceof Boolean || value instanceof Integer) {
            json.append(value);
        } else if (value instanceof Map<?, ?> fields) {
            return appendObject(json, fields);
        } else if (value instanceof List<?> elements) {
            return appendArray(json, elements);
        } else {
            return false;
        }
        return true;
    }

    private static boolean appendObject(StringBuilder json, Map<?, ?> fields) {
        char separator = '{';
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            json.append(separator);
            separator = ',';
            if (!(field.getKey() instanceof String name)) {
                return false;
            }
            appendText(json, name);
            json.append(':');
            if (!append(json, field.getValue())) {
                return false;
            }
        }
        json.append(fields.isEmpty() ? "{}" : "}");
        return true;
    }

    private static boolean appendArray(StringBuilder json, List<?> elements) {
        char separator = '[';
        for (Object element : elements) {
            json.append(separator);
            separator = ',';
            if (!append(json, element)) {
                return false;
            }
        }
        json.append(elements.isEmpty() ? "[]" : "]");
        return true;
    }

    private static void appendText(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            int known = next == '/' ? -1 : MEANT.indexOf(next);
            if (known >= 0) {
                json.append('\\').append(ESCAPED.charAt(known));
            } else if (next < ' ') {
                json.append("\\u00")
                        .append("0123456789ABCDEF".charAt(next >> 4))
                        .append("0123456789ABCDEF".charAt(next & 0xF));
            } else {
                json.append(next);
            }
        }
        json.append('"');
    }
}

package io.agentctl.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON objects (RFC 8259) as maps: text in, maps out, and back. Numbers keep their digits, object keys their order; a key that
 * occurs twice is refused.
 */
public final class JsonText {
    /** Deepest nesting accepted; no parser's stack is at risk from it. */
    public static final int MAX_DEPTH = 32;

    /** Longest string accepted, in characters. */
    public static final int MAX_STRING_LENGTH = 65_536;

    private static final Pattern NOT_ASCII = Pattern.compile("[^ -~]");

    private JsonText() {}

    /** The library, set up when it is first needed. */
    private static final class Library {
        static final JsonFactory FACTORY = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_STRING_LENGTH)
                        .build())
                .build();
        static final JSON MAPS = JSON.builder(FACTORY)
                .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
                .enable(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
                .build();
    }

    /**
     * Reads an object.
     *
     * @param text JSON text, whose length the caller has bounded
     * @return the object's fields: maps, lists, strings, numbers, booleans and nulls
     * @throws MalformedJsonException if the text is anything else
     */
    public static Map<String, Object> object(String text) throws MalformedJsonException {
        Optional<Map<String, Object>> plain = PlainJson.read(text);
        if (plain.isPresent()) {
            return plain.get();
        }
        return parsed(text);
    }

    /** Reads an object by the library, however plain it is. */
    static Map<String, Object> parsed(String text) throws MalformedJsonException {
        try (JsonParser parser = Library.FACTORY.createParser(text)) {
            return object(parser);
        } catch (IOException e) {
            throw new IllegalStateException("reading a string does no I/O", e);
        }
    }

    /** The parser's messages quote the input: only the place is told. */
    private static Map<String, Object> object(JsonParser parser) throws IOException, MalformedJsonException {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJsonException("it is not a JSON object");
            }
            Map<String, Object> object = Library.MAPS.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("something follows the JSON object" + at(parser.currentLocation()));
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw new MalformedJsonException("it holds a text of more than " + MAX_STRING_LENGTH
                    + " characters, an endless number or more than " + MAX_DEPTH + " levels"
                    + at(parser.currentLocation()));
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(
                    "it is not valid JSON" + at(e.getLocation() == null ? parser.currentLocation() : e.getLocation()));
        } catch (NumberFormatException e) {
            // Of exponents that no number in memory can have, which the library does not wrap.
            throw new MalformedJsonException("it holds a number out of bounds" + at(parser.currentLocation()));
        }
    }

    private static String at(JsonLocation location) {
        return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /**
     * Demands an object.
     *
     * @param value any value from {@link #object(String)}
     * @param where names the value in the message, such as {@code pull}
     * @return the value's fields
     * @throws MalformedJsonException if it is anything else
     */
    @SuppressWarnings("unchecked") // jackson-jr makes the keys of every JSON object strings
    public static Map<String, Object> object(Object value, String where) throws MalformedJsonException {
        if (value instanceof Map) {
            return (Map<String, Object>) value;
        }
        throw new MalformedJsonException("at " + where + ": expected an object");
    }

    /**
     * Demands an array.
     *
     * @param value any value from {@link #object(String)}
     * @param where names the value in the message
     * @return its elements
     * @throws MalformedJsonException if it is anything else
     */
    public static List<?> array(Object value, String where) throws MalformedJsonException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new MalformedJsonException("at " + where + ": expected an array");
    }

    /**
     * Demands a string.
     *
     * @param value any value from {@link #object(String)}
     * @param where names the value in the message
     * @return the string
     * @throws MalformedJsonException if it is anything else
     */
    public static String string(Object value, String where) throws MalformedJsonException {
        if (value instanceof String string) {
            return string;
        }
        throw new MalformedJsonException("at " + where + ": expected a string");
    }

    /**
     * Demands a UUID in its customary spelling, in any case.
     *
     * @param value any value from {@link #object(String)}
     * @param where names the value in the message
     * @return the UUID
     * @throws MalformedJsonException if it is anything else
     */
    public static UUID uuid(Object value, String where) throws MalformedJsonException {
        String text = string(value, where);
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for the short forms that UUID.fromString lets pass.
        }
        throw new MalformedJsonException("at " + where + ": not a UUID");
    }

    /**
     * Writes an object on one line.
     *
     * @param fields the object's fields, in this order
     * @return JSON text without any white space outside strings
     */
    public static String compact(Map<String, ?> fields) {
        return PlainJson.write(fields).orElseGet(() -> printed(fields));
    }

    /**
     * Writes an object on one line, in ASCII: free of line ends, bidirectional marks and all else that looks like something that it is not.
     *
     * @param fields the object's fields, in this order
     * @return JSON text of printable ASCII characters
     */
    public static String ascii(Map<String, ?> fields) {
        return NOT_ASCII
                .matcher(compact(fields))
                .replaceAll(match -> match.group()
                        .chars()
                        .mapToObj(unit -> String.format("\\\\u%04x", unit))
                        .collect(Collectors.joining()));
    }

    /** Writes an object by the library, however plain it is. */
    static String printed(Map<String, ?> fields) {
        try {
            return Library.MAPS.asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("writing maps to memory does no I/O", e);
        }
    }

    /**
     * Writes an object for people: one field a line, indented by two spaces.
     *
     * @param fields the object's fields, in this order
     * @return JSON text, ended by a newline
     */
    public static String pretty(Map<String, ?> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Library.FACTORY.createGenerator(text)) {
            generator.setPrettyPrinter(prettyPrinter());
            Library.MAPS.write(fields, generator);
        } catch (IOException e) {
            throw new IllegalStateException("writing maps to memory does no I/O", e);
        }
        return text.append('\n').toString();
    }

    private static DefaultPrettyPrinter prettyPrinter() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter(Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return printer;
    }
}

package io.agentctl.connection;

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
import io.agentctl.pki.Pem;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The JSON text of {@code registered_connections.json}. Fields that it does not know survive reading and writing. */
final class RegistryFormat {
    /** Deeper than any registry, shallow enough that no parser's stack is at risk. */
    private static final int MAX_DEPTH = 32;

    private static final String UUID_FIELD = "uuid";
    private static final String PRIVATE_KEY = "private_key";
    private static final String CERTIFICATE = "certificate";
    private static final String ROOT_CERT = "root_cert";
    private static final String RECEIVER_PORT = "receiver_port";
    private static final List<String> KNOWN_FIELDS =
            List.of(UUID_FIELD, PRIVATE_KEY, CERTIFICATE, ROOT_CERT, RECEIVER_PORT);
    private static final List<String> KNOWN_IMPORTED_FIELDS = List.of(UUID_FIELD, PRIVATE_KEY, CERTIFICATE, ROOT_CERT);
    private static final List<String> GROUPS =
            List.of(Connection.Kind.PUSH.group(), Connection.Kind.PULL.group(), Connection.Kind.PULL_IMPORTED.group());

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Pem.MAX_LENGTH)
                    .build())
            .build();
    private static final JSON JSON_MAPS = JSON.builder(FACTORY)
            .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
            .enable(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
            .build();

    private RegistryFormat() {}

    /**
     * Reads a registry.
     *
     * @param text the file's text
     * @return the registry
     * @throws MalformedRegistryException if it is none; the message says where, without quoting the text
     */
    static Registry parse(String text) throws MalformedRegistryException {
        Map<String, Object> top = readObject(text);
        List<Connection> connections = new ArrayList<>();
        for (Connection.Kind kind : List.of(Connection.Kind.PUSH, Connection.Kind.PULL)) {
            int number = 0;
            for (Map.Entry<String, Object> entry : object(top.getOrDefault(kind.group(), Map.of()), kind.group())
                    .entrySet()) {
                number++;
                SiteId siteId = siteId(entry.getKey(), kind.group(), number);
                connections.add(connection(kind, Optional.of(siteId), entry.getValue(), kind.group() + "." + siteId));
            }
        }
        List<?> imported = array(top.getOrDefault(Connection.Kind.PULL_IMPORTED.group(), List.of()));
        for (int i = 0; i < imported.size(); i++) {
            connections.add(connection(
                    Connection.Kind.PULL_IMPORTED, Optional.empty(), imported.get(i), "pull_imported[" + i + "]"));
        }
        return new Registry(connections, unknown(top, GROUPS));
    }

    /**
     * Writes a registry.
     *
     * @param registry the registry
     * @return its text, pretty-printed; a secret
     */
    static String print(Registry registry) {
        Map<String, Object> top = new LinkedHashMap<>();
        for (Connection.Kind kind : List.of(Connection.Kind.PUSH, Connection.Kind.PULL)) {
            Map<String, Object> group = new LinkedHashMap<>();
            registry.ofKind(kind).forEach(connection -> group.put(connection.name(), fields(connection)));
            top.put(kind.group(), group);
        }
        top.put(
                Connection.Kind.PULL_IMPORTED.group(),
                registry.ofKind(Connection.Kind.PULL_IMPORTED).stream()
                        .map(RegistryFormat::fields)
                        .toList());
        top.putAll(registry.unknownFields());
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            generator.setPrettyPrinter(prettyPrinter());
            JSON_MAPS.write(top, generator);
        } catch (IOException e) {
            throw new IllegalStateException("writing maps to memory does no I/O", e);
        }
        return text.append('\n').toString();
    }

    private static Map<String, Object> readObject(String text) throws MalformedRegistryException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return readObject(parser);
        } catch (IOException e) {
            throw new IllegalStateException("reading a string does no I/O", e);
        }
    }

    /** The parser's messages quote the input, which holds private keys: only the place is told. */
    private static Map<String, Object> readObject(JsonParser parser) throws IOException, MalformedRegistryException {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedRegistryException("it is not a JSON object");
            }
            Map<String, Object> top = JSON_MAPS.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new MalformedRegistryException(
                        "something follows the JSON object" + at(parser.currentLocation()));
            }
            return top;
        } catch (StreamConstraintsException e) {
            throw new MalformedRegistryException("it holds a text of more than " + Pem.MAX_LENGTH
                    + " characters, an endless number or more than " + MAX_DEPTH + " levels"
                    + at(parser.currentLocation()));
        } catch (JsonProcessingException e) {
            throw new MalformedRegistryException(
                    "it is not valid JSON" + at(e.getLocation() == null ? parser.currentLocation() : e.getLocation()));
        }
    }

    private static String at(JsonLocation location) {
        return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static Connection connection(Connection.Kind kind, Optional<SiteId> siteId, Object value, String where)
            throws MalformedRegistryException {
        Map<String, Object> fields = object(value, where);
        Optional<ReceiverAddress> receiver = Optional.empty();
        if (siteId.isPresent()) {
            receiver = Optional.of(new ReceiverAddress(siteId.get(), port(fields, where)));
        }
        return new Connection(
                kind,
                receiver,
                uuid(fields, where),
                text(fields, PRIVATE_KEY, where),
                text(fields, CERTIFICATE, where),
                text(fields, ROOT_CERT, where),
                unknown(fields, siteId.isPresent() ? KNOWN_FIELDS : KNOWN_IMPORTED_FIELDS));
    }

    private static Map<String, Object> fields(Connection connection) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(UUID_FIELD, connection.uuid().toString());
        fields.put(PRIVATE_KEY, connection.privateKey());
        fields.put(CERTIFICATE, connection.certificate());
        fields.put(ROOT_CERT, connection.rootCert());
        connection.receiver().ifPresent(receiver -> fields.put(RECEIVER_PORT, receiver.port()));
        fields.putAll(connection.unknownFields());
        return fields;
    }

    private static SiteId siteId(String key, String group, int number) throws MalformedRegistryException {
        try {
            return SiteId.parse(key);
        } catch (IllegalArgumentException e) {
            // Its message quotes the name, and whatever stands where a name should be may be secret.
            throw new MalformedRegistryException(
                    "at " + group + ": the name of connection " + number + " is not of the form server/site");
        }
    }

    private static UUID uuid(Map<String, Object> fields, String where) throws MalformedRegistryException {
        String text = text(fields, UUID_FIELD, where);
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for the short forms that UUID.fromString lets pass.
        }
        throw new MalformedRegistryException("at " + where + "." + UUID_FIELD + ": not a UUID");
    }

    private static int port(Map<String, Object> fields, String where) throws MalformedRegistryException {
        Object value = fields.get(RECEIVER_PORT);
        if (value instanceof Integer port && port >= 1 && port <= 65_535) {
            return port;
        }
        throw new MalformedRegistryException("at " + where + "." + RECEIVER_PORT + ": expected a TCP port, 1 to 65535");
    }

    private static String text(Map<String, Object> fields, String field, String where)
            throws MalformedRegistryException {
        if (fields.get(field) instanceof String text) {
            return text;
        }
        throw new MalformedRegistryException("at " + where + "." + field + ": expected a string");
    }

    @SuppressWarnings("unchecked") // jackson-jr makes the keys of every JSON object strings
    private static Map<String, Object> object(Object value, String where) throws MalformedRegistryException {
        if (value instanceof Map) {
            return (Map<String, Object>) value;
        }
        throw new MalformedRegistryException("at " + where + ": expected an object");
    }

    private static List<?> array(Object value) throws MalformedRegistryException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new MalformedRegistryException("at pull_imported: expected an array");
    }

    private static Map<String, Object> unknown(Map<String, Object> fields, List<String> known) {
        Map<String, Object> unknown = new LinkedHashMap<>(fields);
        unknown.keySet().removeAll(known);
        return unknown;
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

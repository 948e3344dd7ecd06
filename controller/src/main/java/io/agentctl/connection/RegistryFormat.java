package io.agentctl.connection;

import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON text of {@code registered_connections.json}. Fields that it does not know survive reading and writing. */
final class RegistryFormat {
    private static final String UUID_FIELD = "uuid";
    private static final String PRIVATE_KEY = "private_key";
    private static final String CERTIFICATE = "certificate";
    private static final String ROOT_CERT = "root_cert";
    private static final String RECEIVER_PORT = "receiver_port";
    private static final String COORDINATES = "coordinates";
    private static final List<String> KNOWN_FIELDS =
            List.of(UUID_FIELD, PRIVATE_KEY, CERTIFICATE, ROOT_CERT, RECEIVER_PORT, COORDINATES);
    private static final List<String> KNOWN_IMPORTED_FIELDS = List.of(UUID_FIELD, PRIVATE_KEY, CERTIFICATE, ROOT_CERT);
    private static final List<String> GROUPS =
            List.of(Connection.Kind.PUSH.group(), Connection.Kind.PULL.group(), Connection.Kind.PULL_IMPORTED.group());

    private RegistryFormat() {}

    /**
     * Reads a registry.
     *
     * @param text the file's text
     * @return the registry
     * @throws MalformedJsonException if it is none; the message says where, without quoting the text
     */
    static Registry parse(String text) throws MalformedJsonException {
        Map<String, Object> top = JsonText.object(text);
        List<Connection> connections = new ArrayList<>();
        for (Connection.Kind kind : List.of(Connection.Kind.PUSH, Connection.Kind.PULL)) {
            int number = 0;
            for (Map.Entry<String, Object> entry : JsonText.object(
                            top.getOrDefault(kind.group(), Map.of()), kind.group())
                    .entrySet()) {
                number++;
                connections.add(registered(kind, entry.getKey(), entry.getValue(), number));
            }
        }
        List<?> imported = JsonText.array(
                top.getOrDefault(Connection.Kind.PULL_IMPORTED.group(), List.of()),
                Connection.Kind.PULL_IMPORTED.group());
        for (int i = 0; i < imported.size(); i++) {
            String where = "pull_imported[" + i + "]";
            connections.add(connection(
                    Connection.Kind.PULL_IMPORTED,
                    Optional.empty(),
                    JsonText.object(imported.get(i), where),
                    where,
                    KNOWN_IMPORTED_FIELDS));
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
        return JsonText.pretty(top);
    }

    /**
     * Tells whether a registry is of the form of Checkmk 2.1, which is not written any more.
     *
     * @param text the text of a registry that {@link #parse} has read
     * @return whether any connection is named by coordinates
     * @throws MalformedJsonException if it is no registry
     */
    static boolean holdsCoordinates(String text) throws MalformedJsonException {
        Map<String, Object> top = JsonText.object(text);
        for (Connection.Kind kind : List.of(Connection.Kind.PUSH, Connection.Kind.PULL)) {
            for (Map.Entry<String, Object> entry : JsonText.object(
                            top.getOrDefault(kind.group(), Map.of()), kind.group())
                    .entrySet()) {
                if (coordinates(entry.getKey(), JsonText.object(entry.getValue(), kind.group()))
                        .isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Connection registered(Connection.Kind kind, String key, Object value, int number)
            throws MalformedJsonException {
        Optional<ReceiverAddress> coordinates =
                value instanceof Map ? coordinates(key, JsonText.object(value, kind.group())) : Optional.empty();
        SiteId siteId = coordinates.isPresent() ? coordinates.get().siteId() : siteId(key, kind.group(), number);
        String where = kind.group() + "." + siteId;
        Map<String, Object> fields = JsonText.object(value, where);
        ReceiverAddress receiver =
                coordinates.isPresent() ? coordinates.get() : new ReceiverAddress(siteId, port(fields, where));
        return connection(kind, Optional.of(receiver), fields, where, KNOWN_FIELDS);
    }

    /** They stood in the key or in a field of their own; the newer form has a port in a field. */
    private static Optional<ReceiverAddress> coordinates(String key, Map<String, Object> fields) {
        if (fields.containsKey(RECEIVER_PORT)) {
            return Optional.empty();
        }
        return Coordinates.parse(fields.get(COORDINATES) instanceof String text ? text : key);
    }

    private static Connection connection(
            Connection.Kind kind,
            Optional<ReceiverAddress> receiver,
            Map<String, Object> fields,
            String where,
            List<String> knownFields)
            throws MalformedJsonException {
        return new Connection(
                kind,
                receiver,
                JsonText.uuid(fields.get(UUID_FIELD), where + "." + UUID_FIELD),
                text(fields, PRIVATE_KEY, where),
                text(fields, CERTIFICATE, where),
                text(fields, ROOT_CERT, where),
                unknown(fields, knownFields));
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

    private static SiteId siteId(String key, String group, int number) throws MalformedJsonException {
        try {
            return SiteId.parse(key);
        } catch (IllegalArgumentException e) {
            // Its message quotes the name, and whatever stands where a name should be may be secret.
            throw new MalformedJsonException(
                    "at " + group + ": the name of connection " + number + " is not of the form server/site");
        }
    }

    private static int port(Map<String, Object> fields, String where) throws MalformedJsonException {
        Object value = fields.get(RECEIVER_PORT);
        if (value instanceof Integer port && port >= 1 && port <= 65_535) {
            return port;
        }
        throw new MalformedJsonException("at " + where + "." + RECEIVER_PORT + ": expected a TCP port, 1 to 65535");
    }

    private static String text(Map<String, Object> fields, String field, String where) throws MalformedJsonException {
        return JsonText.string(fields.get(field), where + "." + field);
    }

    private static Map<String, Object> unknown(Map<String, Object> fields, List<String> known) {
        Map<String, Object> unknown = new LinkedHashMap<>(fields);
        unknown.keySet().removeAll(known);
        return unknown;
    }
}

package io.agentctl.connection;

import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The JSON text of {@code registered_connections.json}. Fields that it does not know survive reading and writing. */
final class RegistryFormat {
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
                SiteId siteId = siteId(entry.getKey(), kind.group(), number);
                connections.add(connection(kind, Optional.of(siteId), entry.getValue(), kind.group() + "." + siteId));
            }
        }
        List<?> imported = JsonText.array(
                top.getOrDefault(Connection.Kind.PULL_IMPORTED.group(), List.of()),
                Connection.Kind.PULL_IMPORTED.group());
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
        return JsonText.pretty(top);
    }

    private static Connection connection(Connection.Kind kind, Optional<SiteId> siteId, Object value, String where)
            throws MalformedJsonException {
        Map<String, Object> fields = JsonText.object(value, where);
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

    private static SiteId siteId(String key, String group, int number) throws MalformedJsonException {
        try {
            return SiteId.parse(key);
        } catch (IllegalArgumentException e) {
            // Its message quotes the name, and whatever stands where a name should be may be secret.
            throw new MalformedJsonException(
                    "at " + group + ": the name of connection " + number + " is not of the form server/site");
        }
    }

    private static UUID uuid(Map<String, Object> fields, String where) throws MalformedJsonException {
        String text = text(fields, UUID_FIELD, where);
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for the short forms that UUID.fromString lets pass.
        }
        throw new MalformedJsonException("at " + where + "." + UUID_FIELD + ": not a UUID");
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

package io.agentctl.registration;

import io.agentctl.connection.Connection;
import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A connection on its way from the machine that registered it to the host that it is for (protocol.md, section 5). */
public final class ProxiedConnection {
    private static final String CONNECTION = "connection";

    private ProxiedConnection() {}

    /**
     * Writes a connection for the host that shall import it.
     *
     * @param connection the connection
     * @param version our version
     * @return one line of JSON, without a newline; a secret
     */
    public static String toJson(Connection connection, String version) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("uuid", connection.uuid().toString());
        fields.put("private_key", connection.privateKey());
        fields.put("certificate", connection.certificate());
        fields.put("root_cert", connection.rootCert());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("agent_controller_version", version);
        all.put(CONNECTION, fields);
        return JsonText.compact(all);
    }

    /**
     * Reads a connection that another machine registered.
     *
     * @param json what {@link #toJson} or the vendor's controller wrote
     * @return the connection, of kind {@link Connection.Kind#PULL_IMPORTED}
     * @throws RegistrationException if the text is something else, or its key and certificates cannot be used; never quotes the text
     */
    public static Connection fromJson(String json) throws RegistrationException {
        try {
            Map<String, Object> fields = JsonText.object(JsonText.object(json).get(CONNECTION), CONNECTION);
            Connection connection = new Connection(
                    Connection.Kind.PULL_IMPORTED,
                    Optional.empty(),
                    JsonText.uuid(fields.get("uuid"), CONNECTION + ".uuid"),
                    text(fields, "private_key"),
                    text(fields, "certificate"),
                    text(fields, "root_cert"),
                    Map.of());
            if (KeyStorage.isOnToken(connection.privateKey())) {
                // And whoever wrote it would choose a driver for us to load.
                throw new RegistrationException(
                        "the connection's private key stays on a token of the machine that registered it", null);
            }
            connection.identity();
            Pem.certificates(connection.rootCert());
            return connection;
        } catch (MalformedJsonException e) {
            throw new RegistrationException("this is not what proxy-register prints: " + e.getMessage(), e);
        } catch (PkiException e) {
            throw new RegistrationException("the connection cannot be used: " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, Object> fields, String field) throws MalformedJsonException {
        return JsonText.string(fields.get(field), CONNECTION + "." + field);
    }
}

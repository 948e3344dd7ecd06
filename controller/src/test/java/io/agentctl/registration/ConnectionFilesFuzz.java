package io.agentctl.registration;

import io.agentctl.connection.Connection;
import io.agentctl.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;

/** Pre-configured connections, and what is imported. */
public final class ConnectionFilesFuzz {
    private ConnectionFilesFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            PreConfigured.parse(text);
        } catch (MalformedJsonException e) {
            demandSecrecy(e);
        }
        try {
            Connection connection = ProxiedConnection.fromJson(text);
            if (!connection
                    .uuid()
                    .equals(ProxiedConnection.fromJson(ProxiedConnection.toJson(connection, "1"))
                            .uuid())) {
                throw new AssertionError("not read as it was written");
            }
        } catch (RegistrationException e) {
            demandSecrecy(e);
        }
    }

    private static void demandSecrecy(Exception e) {
        if (e.getMessage().contains("SECRET+KEY") || e.getMessage().lines().count() != 1) {
            throw new AssertionError(e);
        }
    }
}

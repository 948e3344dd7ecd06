package io.agentctl.connection;

import io.agentctl.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;

/** The registry as another program, or a disk, may have left it. */
public final class RegistryFuzz {
    private RegistryFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            Registry registry = RegistryFormat.parse(text);
            RegistryFormat.holdsCoordinates(text);
            String printed = RegistryFormat.print(registry);
            if (!RegistryFormat.print(RegistryFormat.parse(printed)).equals(printed)) {
                throw new AssertionError("not read as it was written: " + printed);
            }
        } catch (MalformedJsonException e) {
            if (e.getMessage().lines().count() != 1 || e.getMessage().contains("SECRET+KEY")) {
                throw new AssertionError(e);
            }
        }
    }
}

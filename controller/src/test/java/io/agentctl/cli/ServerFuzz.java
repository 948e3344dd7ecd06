package io.agentctl.cli;

import io.agentctl.connection.SiteId;
import java.nio.charset.StandardCharsets;

/** Servers and sites as they are typed. */
public final class ServerFuzz {
    private ServerFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            ServerAddress.parse(text);
        } catch (IllegalArgumentException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError(e);
            }
        }
        try {
            SiteId site = SiteId.parse(text);
            if (!SiteId.parse(site.toString()).equals(site)) {
                throw new AssertionError("not read as it was written: " + site);
            }
        } catch (IllegalArgumentException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError(e);
            }
        }
    }
}

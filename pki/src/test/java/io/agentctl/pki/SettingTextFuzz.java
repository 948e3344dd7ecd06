package io.agentctl.pki;

import java.nio.charset.StandardCharsets;

/** What operators write about keys and peers, and what a TLS stack says of an alert. */
public final class SettingTextFuzz {
    private SettingTextFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        accept(() -> KeyStorage.parse(text));
        accept(() -> KeyStorage.of(text));
        accept(() -> KeyType.of(text));
        accept(() -> {
            Fingerprint fingerprint = Fingerprint.parse(text);
            demand(Fingerprint.parse(fingerprint.toString()).equals(fingerprint));
        });
        accept(() -> {
            AllowedPeer peer = AllowedPeer.parse(text);
            demand(AllowedPeer.parse(peer.toString()).equals(peer));
        });
        KeyStorage.isOnToken(text);
        TlsAlert.meaningOf(text);
        CommonNames.isUuid(text);
    }

    private static void accept(Runnable parser) {
        try {
            parser.run();
        } catch (IllegalArgumentException e) {
            // Refused with words.
            demand(!e.getMessage().isEmpty());
        }
    }

    private static void demand(boolean holds) {
        if (!holds) {
            throw new AssertionError("what was read is not what is written");
        }
    }
}

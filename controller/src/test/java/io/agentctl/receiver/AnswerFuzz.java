package io.agentctl.receiver;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Error answers of agent receivers, or of whoever answers in their place. */
public final class AnswerFuzz {
    private AnswerFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        int status = 400 + (data.length == 0 ? 0 : (data[0] & 0x7f));
        RefusedException refused = Refusal.of(
                new HttpTransport.Answer(status, text, Optional.of(text), Optional.of(text), Optional.empty()),
                "refused",
                "prod");
        if (refused.getMessage().lines().count() != 1 || refused.getMessage().indexOf(27) >= 0) {
            throw new AssertionError("not one plain line", refused);
        }
    }
}

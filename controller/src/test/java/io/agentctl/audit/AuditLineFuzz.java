package io.agentctl.audit;

import io.agentctl.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Audit lines that strangers had a hand in. */
public final class AuditLineFuzz {
    private AuditLineFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        new AuditLines(lines::add, Clock.systemUTC())
                .record(AuditEvent.of(AuditEvent.Kind.REFUSED).because(Cause.UNTRUSTED_CERTIFICATE, text));
        String line = lines.get(0);
        if (lines.size() != 1 || !line.chars().allMatch(character -> character >= ' ' && character <= '~')) {
            throw new AssertionError("not one line of ASCII: " + line);
        }
        Object reason = JsonText.object(line).get(Field.REASON.label());
        if (text.length() <= AuditLines.MAX_TEXT && !text.equals(reason)) {
            throw new AssertionError("not what was recorded: " + reason);
        }
    }
}

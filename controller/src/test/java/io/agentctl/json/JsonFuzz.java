package io.agentctl.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** JSON from agent receivers and files, read by two parsers that must agree. */
public final class JsonFuzz {
    private JsonFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        Optional<Map<String, Object>> plain = PlainJson.read(text);
        try {
            Map<String, Object> parsed = JsonText.parsed(text);
            if (plain.isPresent() && !plain.get().equals(parsed)) {
                throw new AssertionError("two parsers differ: " + plain.get() + ", " + parsed);
            }
            // -34e00 is written as -34, which is another type of number.
            String compact = JsonText.compact(parsed);
            String pretty = JsonText.pretty(parsed);
            if (!JsonText.compact(JsonText.object(compact)).equals(compact)
                    || !JsonText.pretty(JsonText.object(pretty)).equals(pretty)) {
                throw new AssertionError("not read as it was written: " + parsed);
            }
        } catch (MalformedJsonException e) {
            if (plain.isPresent()) {
                throw new AssertionError("the plain parser takes what the library refuses: " + plain.get(), e);
            }
        }
    }
}

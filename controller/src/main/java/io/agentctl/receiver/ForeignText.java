package io.agentctl.receiver;

import java.util.regex.Pattern;

/** What a foreign server says must neither steer a terminal, nor fake a second line of log, nor fill it. */
final class ForeignText {
    /** Longest text that is shown, in characters. */
    private static final int MAX_LENGTH = 300;

    /** All control characters, also those of one byte that terminals know; what reverses text; what ends a line in Unicode's eyes. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    private ForeignText() {}

    static String printable(String text) {
        String harmless = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
        if (harmless.length() <= MAX_LENGTH) {
            return harmless;
        }
        boolean splits = Character.isHighSurrogate(harmless.charAt(MAX_LENGTH - 1));
        return harmless.substring(0, splits ? MAX_LENGTH - 1 : MAX_LENGTH) + "…";
    }
}

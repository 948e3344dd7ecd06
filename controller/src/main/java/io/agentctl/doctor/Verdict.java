package io.agentctl.doctor;

import java.util.Locale;

/** How well a link holds; the later, the worse. */
public enum Verdict {
    /** As it should be. */
    OK,
    /** It holds, but will not for long, or not as well as it could. */
    WARNING,
    /** It does not hold. */
    FAILURE;

    /** Returns the word for it, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

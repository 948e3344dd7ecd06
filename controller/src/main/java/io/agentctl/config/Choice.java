package io.agentctl.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads the constants of an enum as operators write them: in lower case. */
public final class Choice {
    private Choice() {}

    /**
     * Finds a constant.
     *
     * @param type the enum
     * @param label its name in lower case
     * @return the constant
     * @throws IllegalArgumentException if there is none; its message names those that there are
     */
    public static <E extends Enum<E>> E of(Class<E> type, String label) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> label(constant).equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + label + "' must be " + known(type)));
    }

    private static <E extends Enum<E>> String known(Class<E> type) {
        List<String> labels = Arrays.stream(type.getEnumConstants())
                .map(constant -> "\"" + label(constant) + "\"")
                .toList();
        return labels.stream().limit(labels.size() - 1L).collect(Collectors.joining(", ")) + " or "
                + labels.get(labels.size() - 1);
    }

    /** Returns how a constant is written. */
    public static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

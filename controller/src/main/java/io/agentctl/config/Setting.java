package io.agentctl.config;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A value and where it came from.
 *
 * @param <T> the value's type
 * @param value the value
 * @param origin such as {@code default}, {@code file /var/lib/cmk-agent/cmk-agent-ctl.toml} or {@code option --port}
 */
public record Setting<T>(T value, String origin) {
    /** How the origin of a value from the configuration file begins. */
    static final String FILE = "file ";

    private static final String DEFAULT = "default";

    static <T> Setting<T> byDefault(T value) {
        return new Setting<>(value, DEFAULT);
    }

    /** Returns whether nobody chose the value. */
    public boolean isDefault() {
        return origin.equals(DEFAULT);
    }

    /** The first that is there of what the layers say, the strongest layer first, else the default. */
    @SafeVarargs
    static <T> Setting<T> strongest(T defaultValue, Optional<Setting<T>>... layers) {
        for (Optional<Setting<T>> layer : layers) {
            if (layer.isPresent()) {
                return layer.get();
            }
        }
        return byDefault(defaultValue);
    }

    /** Names the origin, in a file also the key, in what is said of a value that its user cannot understand. */
    <R> R require(String key, Supplier<R> parse) throws ConfigException {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(origin + (origin.startsWith(FILE) ? ": " + key : "") + ": " + e.getMessage(), e);
        }
    }
}

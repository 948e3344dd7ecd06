package io.agentctl.config;

import java.util.Map;
import java.util.Optional;

/**
 * The environment variables that we obey.
 *
 * @param variables all there are
 */
record Environment(Map<String, String> variables) {

    Optional<Setting<String>> text(String name) {
        return Optional.ofNullable(variables.get(name))
                .filter(value -> !value.isEmpty())
                .map(value -> new Setting<>(value, "environment variable " + name));
    }

    Optional<Setting<Boolean>> bool(String name) throws ConfigException {
        Optional<Setting<String>> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (text.get().value()) {
            case "true" -> Optional.of(new Setting<>(true, text.get().origin()));
            case "false" -> Optional.of(new Setting<>(false, text.get().origin()));
            default ->
                throw new ConfigException(text.get().origin() + " must be true or false, not '"
                        + text.get().value() + "'");
        };
    }

    Optional<Setting<Integer>> integer(String name, int least, int most) throws ConfigException {
        Optional<Setting<String>> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            int number = Integer.parseInt(text.get().value());
            if (number >= least && number <= most) {
                return Optional.of(new Setting<>(number, text.get().origin()));
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of bounds.
        }
        throw new ConfigException(text.get().origin() + " must be a whole number from " + least + " to " + most
                + ", not '" + text.get().value() + "'");
    }
}

package io.agentctl.config;

import java.util.Optional;

/**
 * What the command line says; an option that was not given is empty or false.
 *
 * @param port {@code --port}
 * @param agent {@code --agent}
 * @param keyType {@code --key-type}
 * @param detectProxy {@code --detect-proxy}
 * @param validateApiCert {@code --validate-api-cert}
 * @param strictPermissions {@code --strict-permissions}
 * @param allowRoot {@code --allow-root}
 */
public record Overrides(
        Optional<Integer> port,
        Optional<String> agent,
        Optional<String> keyType,
        boolean detectProxy,
        boolean validateApiCert,
        boolean strictPermissions,
        boolean allowRoot) {
    /** No option given. */
    public static final Overrides NONE =
            new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), false, false);

    /**
     * The options of a verb that is no service.
     *
     * @param port {@code --port}
     * @param agent {@code --agent}
     * @param keyType {@code --key-type}
     * @param detectProxy {@code --detect-proxy}
     * @param validateApiCert {@code --validate-api-cert}
     */
    public Overrides(
            Optional<Integer> port,
            Optional<String> agent,
            Optional<String> keyType,
            boolean detectProxy,
            boolean validateApiCert) {
        this(port, agent, keyType, detectProxy, validateApiCert, false, false);
    }
}

package io.agentctl.config;

/** A setting cannot be understood; the message is one line and names the file, variable or option, and the value. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}

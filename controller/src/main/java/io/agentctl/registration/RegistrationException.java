package io.agentctl.registration;

/** The site's answer to a registration cannot be used; nothing was stored. The message is one line. */
public final class RegistrationException extends Exception {
    private static final long serialVersionUID = 1L;

    RegistrationException(String message, Throwable cause) {
        super(message, cause);
    }
}

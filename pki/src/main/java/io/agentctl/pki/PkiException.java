package io.agentctl.pki;

/** A key, certificate or request that cannot be read, made or used; the message is one line and never holds key material. */
public final class PkiException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line: what is wrong and with which value */
    public PkiException(String message) {
        super(message);
    }

    /**
     * @param message one line: what is wrong and with which value
     * @param cause what the platform's cryptography said
     */
    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.agentctl.pki;

import java.security.PrivateKey;

/**
 * Where private keys are kept: in the registry file, or on a token (a hardware security module, a smart card), which they never
 * leave. What stands in the registry for a key is a text that only this class can tell apart: the key itself, or where it is.
 */
public sealed interface KeyStorage permits FileStorage, TokenStorage {

    /**
     * Makes a new key.
     *
     * @param type its type
     * @return the key and what stands for it in the registry
     * @throws PkiException if that is not possible
     */
    StoredKey generate(KeyType type) throws PkiException;

    /** Returns the storage in the registry file. */
    static KeyStorage inFile() {
        return new FileStorage();
    }

    /**
     * Reads the operator's choice.
     *
     * @param text {@code file}, or a PKCS#11 URI (RFC 7512)
     * @return the storage
     * @throws IllegalArgumentException if it is neither; never quotes what may be secret
     */
    static KeyStorage parse(String text) {
        if (text.equals("file")) {
            return inFile();
        }
        if (isOnToken(text)) {
            return new TokenStorage(TokenUri.parse(text));
        }
        throw new IllegalArgumentException("expected \"file\" or a PKCS#11 URI, \"pkcs11:token=…?module-path=…\"");
    }

    /**
     * Tells where a key is kept.
     *
     * @param stored what stands for it in the registry
     * @return the storage; the registry file also for what cannot be understood
     */
    static KeyStorage of(String stored) {
        try {
            return isOnToken(stored) ? new TokenStorage(TokenUri.parse(stored).withoutNumber()) : inFile();
        } catch (IllegalArgumentException e) {
            return inFile();
        }
    }

    /**
     * Tells whether a key is on a token, without asking the token.
     *
     * @param stored what stands for it in the registry
     * @return whether it names a key somewhere else
     */
    static boolean isOnToken(String stored) {
        return stored.startsWith(TokenUri.SCHEME);
    }

    /**
     * Gets a key back.
     *
     * @param stored what stands for it in the registry
     * @return the key; one on a token cannot be exported, only used
     * @throws PkiException if it cannot be read, or its token cannot be used
     */
    static PrivateKey privateKey(String stored) throws PkiException {
        return isOnToken(stored) ? TokenStorage.privateKey(stored) : Pem.privateKey(stored);
    }

    /**
     * Destroys a key on a token; one in the registry is gone with its entry.
     *
     * @param stored what stood for it in the registry
     * @throws PkiException if it could not be destroyed; the message names it
     */
    static void destroy(String stored) throws PkiException {
        if (isOnToken(stored)) {
            TokenStorage.destroy(stored);
        }
    }
}

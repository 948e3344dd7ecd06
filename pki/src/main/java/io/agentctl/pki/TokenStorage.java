package io.agentctl.pki;

import java.security.PrivateKey;
import java.util.UUID;

/**
 * A token, on which keys are made and used. The registry holds where a key is, as a PKCS#11 URI (RFC 7512).
 *
 * @param uri the token; its object, if it names one, is what the names of new keys begin with
 */
record TokenStorage(TokenUri uri) implements KeyStorage {
    private static final String DEFAULT_PREFIX = "agent-ctl";

    @Override
    public StoredKey generate(KeyType type) throws PkiException {
        TokenUri key = uri.named(uri.object().orElse(DEFAULT_PREFIX) + "-" + UUID.randomUUID());
        return new StoredKey(Token.open(uri).generate(type, key.object().orElseThrow()), key.toString());
    }

    static PrivateKey privateKey(String stored) throws PkiException {
        TokenUri key = key(stored);
        return Token.open(key).privateKey(key.object().orElseThrow());
    }

    static void destroy(String stored) throws PkiException {
        TokenUri key = key(stored);
        String name = key.object().orElseThrow();
        try {
            Token.open(key).destroy(name);
        } catch (PkiException e) {
            throw new PkiException("'" + name + "' on " + key.description() + ": " + e.getMessage(), e);
        }
    }

    private static TokenUri key(String stored) throws PkiException {
        try {
            TokenUri key = TokenUri.parse(stored);
            if (key.object().isEmpty()) {
                throw new PkiException("the private key's PKCS#11 URI names no key: it has no 'object'");
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw new PkiException("the private key's " + e.getMessage(), e);
        }
    }
}

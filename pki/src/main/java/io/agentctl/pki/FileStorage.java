package io.agentctl.pki;

import java.security.KeyPair;

/** The registry file, which holds the keys themselves. */
record FileStorage() implements KeyStorage {

    @Override
    public StoredKey generate(KeyType type) throws PkiException {
        KeyPair keyPair = type.generate();
        return new StoredKey(keyPair, Pem.of(keyPair.getPrivate()));
    }
}

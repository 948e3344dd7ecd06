package io.agentctl.pki;

import java.security.KeyPair;

/**
 * A new key and what stands for it in the registry. Its text form shows neither.
 *
 * @param keyPair the key
 * @param text what stands for the private key: a secret, if it is not on a token
 */
public record StoredKey(KeyPair keyPair, String text) {

    /** Names nothing. */
    @Override
    public String toString() {
        return "StoredKey[" + keyPair.getPublic().getAlgorithm() + "]";
    }
}

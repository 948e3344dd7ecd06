package io.agentctl.pki;

import java.security.PrivateKey;

/**
 * A key that signs where it is kept, such as in a smart card, and does not come out.
 *
 * @param algorithm such as {@code EC}
 */
public record KeyInADevice(String algorithm) implements PrivateKey {
    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return null;
    }

    @Override
    public byte[] getEncoded() {
        return null;
    }
}

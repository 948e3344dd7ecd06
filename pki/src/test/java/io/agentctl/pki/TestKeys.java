package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keys for tests: made anew in every run, since no key is checked in; the slow ones are made once per run. */
public final class TestKeys {
    private static final Map<String, KeyPair> RSA = new ConcurrentHashMap<>();

    private TestKeys() {}

    /** Returns a new key on the curve P-256. */
    public static KeyPair ec() {
        return ec("secp256r1");
    }

    /**
     * Makes a new key on a named curve.
     *
     * @param curve the curve's name, such as {@code secp384r1}
     * @return a new key
     */
    public static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key on curve " + curve, e);
        }
    }

    /** Returns a new Ed25519 key. */
    public static KeyPair ed25519() {
        return generate("Ed25519", 255);
    }

    /**
     * Returns an RSA key, always the same one within a run of the tests.
     *
     * @param bits the length of the modulus
     * @return the key
     */
    public static KeyPair rsa(int bits) {
        return rsa(bits, "first");
    }

    /**
     * Returns one of several RSA keys of a length, always the same one within a run of the tests.
     *
     * @param bits the length of the modulus
     * @param which tells the keys of one length apart
     * @return the key
     */
    public static KeyPair rsa(int bits, String which) {
        return RSA.computeIfAbsent(bits + " " + which, key -> generate("RSA", bits));
    }

    private static KeyPair generate(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no " + algorithm + " key of " + bits + " bits", e);
        }
    }
}

package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The types of key that a connection can have; a site signs any of them. */
public enum KeyType {
    /** NIST P-256: the default; its handshakes cost a fraction of RSA's. */
    EC_P256("ec-p256", "EC", new ECGenParameterSpec("secp256r1"), "SHA256withECDSA", 256),
    /** RSA with 2048 bits. */
    RSA_2048("rsa-2048", "RSA", rsa(2048), "SHA256withRSA", 2048),
    /** RSA with 3072 bits. */
    RSA_3072("rsa-3072", "RSA", rsa(3072), "SHA256withRSA", 3072),
    /** RSA with 4096 bits: what the vendor's controller makes. */
    RSA_4096("rsa-4096", "RSA", rsa(4096), "SHA256withRSA", 4096);

    private final String label;
    private final String algorithm;

    @SuppressWarnings(
            "ImmutableEnumChecker") // both specs used here are immutable, though their type does not promise it
    private final AlgorithmParameterSpec parameters;

    private final String signatureAlgorithm;
    private final int bits;

    KeyType(String label, String algorithm, AlgorithmParameterSpec parameters, String signatureAlgorithm, int bits) {
        this.label = label;
        this.algorithm = algorithm;
        this.parameters = parameters;
        this.signatureAlgorithm = signatureAlgorithm;
        this.bits = bits;
    }

    /** Returns the name used in options and in the configuration file, such as {@code ec-p256}. */
    public String label() {
        return label;
    }

    /**
     * Finds a type by its label.
     *
     * @param label a label as {@link #label()} returns it
     * @return the type
     * @throws IllegalArgumentException if there is none of this name; the message lists those there are
     */
    public static KeyType of(String label) {
        return Arrays.stream(values())
                .filter(type -> type.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown key type '" + label + "', known are "
                        + Arrays.stream(values()).map(KeyType::label).collect(Collectors.joining(", "))));
    }

    /**
     * Tells the type of an existing key.
     *
     * @param key any public key
     * @return its type, or empty if it is none of ours
     */
    public static Optional<KeyType> of(PublicKey key) {
        return Arrays.stream(values()).filter(type -> type.describes(key)).findFirst();
    }

    /**
     * Makes a new key pair from the platform's strong default source of randomness.
     *
     * @return the key pair
     * @throws PkiException if the platform lacks the algorithm
     */
    public KeyPair generate() throws PkiException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException("this Java runtime cannot make a key of type " + label, e);
        }
    }

    /** Makes a new key pair where a provider keeps it. */
    KeyPair generate(Provider provider) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, provider);
        generator.initialize(parameters);
        return generator.generateKeyPair();
    }

    String signatureAlgorithm() {
        return signatureAlgorithm;
    }

    private boolean describes(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            return algorithm.equals("EC") && ec.getParams().getOrder().bitLength() == bits;
        }
        return key instanceof RSAPublicKey rsa
                && algorithm.equals("RSA")
                && rsa.getModulus().bitLength() == bits;
    }

    private static AlgorithmParameterSpec rsa(int bits) {
        return new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4);
    }
}

package io.agentctl.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What is signed, by which algorithm, and the signature: the three parts that a certificate and a request for one have (RFC 5280, section 4.1, and
 * RFC 2986, section 4.2). Bouncy Castle's own builders would bring all of its cryptography along, and the JDK does the signing.
 *
 * @param content what is signed
 * @param algorithm names the algorithm
 * @param signature over the content's DER
 */
record SignedDer(ASN1Object content, AlgorithmIdentifier algorithm, DERBitString signature) {

    /**
     * Signs.
     *
     * @param content what to sign
     * @param type the key's type, by which the algorithm is chosen
     * @param key may be on a token, whose provider Java then finds
     * @return all three parts
     * @throws GeneralSecurityException if the key refuses
     */
    static SignedDer by(PrivateKey key, KeyType type, ASN1Object content) throws GeneralSecurityException, IOException {
        return by(Signature.getInstance(type.signatureAlgorithm()), key, type, content);
    }

    /**
     * Signs by a chosen signer.
     *
     * @param signer of the type's algorithm
     */
    static SignedDer by(Signature signer, PrivateKey key, KeyType type, ASN1Object content)
            throws GeneralSecurityException, IOException {
        signer.initSign(key);
        signer.update(content.getEncoded(ASN1Encoding.DER));
        return new SignedDer(content, algorithm(type), new DERBitString(signer.sign()));
    }

    /** RFC 5758, section 3.2, and RFC 4055, section 5: the one without parameters, the others with none. */
    static AlgorithmIdentifier algorithm(KeyType type) {
        return switch (type) {
            case EC_P256 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
            case RSA_2048, RSA_3072, RSA_4096 ->
                new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
        };
    }

    /** Returns a name that is a common name and nothing else. */
    static X500Name commonName(String name) {
        return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
    }
}

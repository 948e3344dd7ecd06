package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.UUID;

/**
 * Who we are towards one site: a private key and the certificate chain for it, checked to belong together when it is made. Its
 * text form never shows the key.
 */
public final class Identity {
    private static final byte[] PROBE = {'a', 'g', 'e', 'n', 't'};

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;

    private Identity(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = chain;
    }

    /**
     * Joins a key and its certificate chain.
     *
     * @param privateKey the key
     * @param chain the certificate for it, then any intermediate ones
     * @return the identity
     * @throws PkiException if the chain is empty or its first certificate is for another key
     */
    public static Identity of(PrivateKey privateKey, List<X509Certificate> chain) throws PkiException {
        if (chain.isEmpty()) {
            throw new PkiException("the certificate chain is empty");
        }
        if (!belongTogether(privateKey, chain.get(0).getPublicKey())) {
            throw new PkiException(
                    "the certificate of " + CommonNames.shown(chain.get(0).getSubjectX500Principal())
                            + " was not issued for this private key");
        }
        return new Identity(privateKey, List.copyOf(chain));
    }

    /**
     * Reads an identity from text.
     *
     * @param privateKeyPem a PKCS#8 key
     * @param chainPem the certificate for it, then any intermediate ones
     * @return the identity
     * @throws PkiException if either cannot be read or the two do not belong together
     */
    public static Identity fromPem(String privateKeyPem, String chainPem) throws PkiException {
        return of(Pem.privateKey(privateKeyPem), Pem.certificates(chainPem));
    }

    /**
     * Demands that a certificate was issued to a connection.
     *
     * @param uuid the connection's UUID
     * @return this identity
     * @throws PkiException if the subject's only common name is not that UUID
     */
    public Identity issuedTo(UUID uuid) throws PkiException {
        if (!CommonNames.isOnly(certificate().getSubjectX500Principal(), uuid)) {
            throw new PkiException("the certificate is for '"
                    + CommonNames.shown(certificate().getSubjectX500Principal()) + "' instead of 'CN=" + uuid + "'");
        }
        return this;
    }

    /** Returns the private key. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /** Returns the certificate chain, the certificate of the key first; never empty. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** Returns the certificate of the key. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Names the identity by its subject alone. */
    @Override
    public String toString() {
        return "Identity[" + CommonNames.shown(certificate().getSubjectX500Principal()) + "]";
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws PkiException {
        if (privateKey instanceof RSAKey ours && publicKey instanceof RSAPublicKey theirs) {
            return ours.getModulus().equals(theirs.getModulus());
        }
        if (privateKey instanceof ECKey != publicKey instanceof ECPublicKey
                || publicKey instanceof RSAPublicKey
                || privateKey instanceof RSAKey) {
            return false;
        }
        return verifiesOwnSignature(privateKey, publicKey);
    }

    private static boolean verifiesOwnSignature(PrivateKey privateKey, PublicKey publicKey) throws PkiException {
        try {
            Signature signature =
                    Signature.getInstance(publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "Ed25519");
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new PkiException("a key of algorithm " + privateKey.getAlgorithm() + " cannot be used to sign", e);
        }
    }
}

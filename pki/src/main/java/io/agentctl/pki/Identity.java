package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Who we are towards one site: a private key and the certificate chain for it, checked to belong together when it is made. Its
 * text form never shows the key.
 */
public final class Identity {
    private static final byte[] PROBE = {'a', 'g', 'e', 'n', 't'};

    /** A new certificate starts now by the site's clock, and by ours not yet if ours is slow. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    /** The tag of dNSName in a GeneralName (RFC 5280, section 4.2.1.6). */
    private static final Integer DNS_NAME = 2;

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
     * Reads an identity as the registry holds it.
     *
     * @param storedKey what stands for the key, see {@link KeyStorage}
     * @param chainPem the certificate for it, then any intermediate ones
     * @return the identity
     * @throws PkiException if either cannot be read or the two do not belong together
     */
    public static Identity stored(String storedKey, String chainPem) throws PkiException {
        return of(KeyStorage.privateKey(storedKey), Pem.certificates(chainPem));
    }

    /**
     * Demands that the certificate was issued to a connection.
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

    /**
     * Demands of a newly issued certificate what fetchers will demand of it: that it is valid (give or take an hour of its start), names the connection as
     * {@code DNS:<uuid>}, and is no authority's.
     *
     * @param uuid the connection's UUID
     * @param now the time at which it must be valid
     * @return this identity
     * @throws PkiException if a fetcher would refuse the certificate, or should
     */
    public Identity servableFor(UUID uuid, Instant now) throws PkiException {
        issuedTo(uuid);
        if (now.plus(CLOCK_TOLERANCE).isBefore(certificate().getNotBefore().toInstant())
                || now.isAfter(certificate().getNotAfter().toInstant())) {
            throw new PkiException("the certificate is valid from "
                    + certificate().getNotBefore().toInstant() + " to "
                    + certificate().getNotAfter().toInstant() + ", now is " + now + "; is this host's clock right?");
        }
        if (certificate().getBasicConstraints() >= 0) {
            throw new PkiException("the certificate is an authority's (CA:TRUE), not a host's");
        }
        if (!dnsNames().contains(uuid.toString())) {
            throw new PkiException("the certificate lacks the alternative name DNS:" + uuid);
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

    private List<String> dnsNames() throws PkiException {
        try {
            Collection<List<?>> names = certificate().getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(DNS_NAME))
                            .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new PkiException("the certificate's alternative names are malformed", e);
        }
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws PkiException {
        if (privateKey.getEncoded() == null) {
            return privateKey.getAlgorithm().equals(publicKey.getAlgorithm())
                    && verifiesOwnSignature(privateKey, publicKey);
        }
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

    private static String signatureAlgorithm(PublicKey publicKey) {
        if (publicKey instanceof RSAPublicKey) {
            return "SHA256withRSA";
        }
        return publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "Ed25519";
    }

    private static boolean verifiesOwnSignature(PrivateKey privateKey, PublicKey publicKey) throws PkiException {
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(publicKey));
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            // Another one: a token signs, but need not verify.
            Signature verification = Signature.getInstance(signatureAlgorithm(publicKey));
            verification.initVerify(publicKey);
            verification.update(PROBE);
            return verification.verify(signed);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new PkiException("a key of algorithm " + privateKey.getAlgorithm() + " cannot be used to sign", e);
        }
    }
}

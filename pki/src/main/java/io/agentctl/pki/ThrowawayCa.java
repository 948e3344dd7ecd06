package io.agentctl.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority for a rehearsal of ours with ourselves: nobody else trusts it, its certificates are valid for an hour, and its key is
 * forgotten with it.
 */
public final class ThrowawayCa {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final KeyType KEY_TYPE = KeyType.EC_P256;
    private static final int SERIAL_BITS = 64;

    private final X500Name name;
    private final KeyPair key;
    private final Instant now;
    private final X509Certificate root;

    private ThrowawayCa(String commonName, KeyPair key, Instant now) throws PkiException {
        this.name = named(commonName);
        this.key = key;
        this.now = now;
        this.root = certificate(name, key, true);
    }

    /**
     * Makes an authority.
     *
     * @param commonName its name
     * @param now the middle of its certificates' life
     * @return the authority
     * @throws PkiException if this Java runtime cannot make one
     */
    public static ThrowawayCa named(String commonName, Instant now) throws PkiException {
        return new ThrowawayCa(commonName, KEY_TYPE.generate(), now);
    }

    /** Returns the authority's own certificate. */
    public X509Certificate root() {
        return root;
    }

    /**
     * Issues a certificate for a new key.
     *
     * @param commonName the subject's common name and its alternative name
     * @return key and certificate
     * @throws PkiException if this Java runtime cannot make them
     */
    public Identity issue(String commonName) throws PkiException {
        KeyPair subjectKey = KEY_TYPE.generate();
        return Identity.of(subjectKey.getPrivate(), List.of(certificate(named(commonName), subjectKey, false)));
    }

    private X509Certificate certificate(X500Name subject, KeyPair subjectKey, boolean isAuthority) throws PkiException {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(SERIAL_BITS, new SecureRandom()),
                            Date.from(now.minus(LIFETIME.dividedBy(2))),
                            Date.from(now.plus(LIFETIME.dividedBy(2))),
                            subject,
                            subjectKey.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (!isAuthority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(
                                GeneralName.dNSName,
                                subject.getRDNs()[0].getFirst().getValue().toString())));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder(KEY_TYPE.signatureAlgorithm()).build(key.getPrivate())));
        } catch (OperatorCreationException | CertIOException | GeneralSecurityException e) {
            throw new PkiException("a throw-away certificate cannot be made", e);
        }
    }

    private static X500Name named(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }
}

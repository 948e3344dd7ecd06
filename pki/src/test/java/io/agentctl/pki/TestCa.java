package io.agentctl.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A certificate authority that mints what a site mints, and what no site should: certificates with one chosen defect.
 *
 * <p>Good ones: {@link #site(String)} and {@link #agent(String)}. Everything else starts with {@link #issue(String)}, which is a good
 * certificate until one of {@link Minting}'s methods spoils it.
 */
public final class TestCa {
    /** What sites' certificates last to. */
    public static final Instant YEAR_3020 = Instant.parse("3020-04-18T08:18:41Z");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);

    private final Issued issued;
    private final Clock clock;
    private final List<X509Certificate> intermediates;

    private TestCa(Issued issued, Clock clock, List<X509Certificate> intermediates) {
        this.issued = issued;
        this.clock = clock;
        this.intermediates = intermediates;
    }

    /**
     * Makes the CA that signs a site's own certificate, with an EC key.
     *
     * @param site the site's name
     * @param clock tells the time around which its certificates are valid
     * @return the CA {@code Site '<site>' local CA}
     */
    public static TestCa ofSite(String site, Clock clock) {
        return named("Site '" + site + "' local CA", clock);
    }

    /**
     * Makes the CA that signs the certificates of a site's hosts, with an EC key.
     *
     * @param site the site's name
     * @param clock tells the time around which its certificates are valid
     * @return the CA {@code Site '<site>' agent signing CA}
     */
    public static TestCa ofAgents(String site, Clock clock) {
        return named("Site '" + site + "' agent signing CA", clock);
    }

    /**
     * Makes a CA of any name, with an EC key.
     *
     * @param commonName the CA's common name
     * @param clock tells the time around which its certificates are valid
     * @return the CA
     */
    public static TestCa named(String commonName, Clock clock) {
        return root(commonName, TestKeys.ec(), YEAR_3020, clock);
    }

    /**
     * Makes a CA of any name, key and end.
     *
     * @param commonName the CA's common name
     * @param key the CA's key
     * @param end when the CA's own certificate expires; it starts a year before the clock's time, or a day before this end
     * @param clock tells the time around which its certificates are valid
     * @return the CA
     */
    public static TestCa root(String commonName, KeyPair key, Instant end, Clock clock) {
        Instant aYearAgo = clock.instant().minus(Duration.ofDays(365));
        Instant start = aYearAgo.isBefore(end) ? aYearAgo : end.minus(DAY);
        Issued root = new Minting(null, clock, commonName)
                .without(Flaw.SUBJECT_ALTERNATIVE_NAME)
                .key(key)
                .valid(start, end)
                .authority()
                .mint();
        return new TestCa(root, clock, List.of());
    }

    /**
     * Makes a CA that this one has signed; what it issues carries it in the chain.
     *
     * @param commonName its common name
     * @return the intermediate CA
     */
    public TestCa intermediate(String commonName) {
        return below(issue(commonName).without(Flaw.SUBJECT_ALTERNATIVE_NAME).authority());
    }

    /**
     * Makes an intermediate that is none: its certificate says {@code CA:FALSE}, and it signs all the same.
     *
     * @param commonName its common name
     * @return the pretended CA
     */
    public TestCa pretender(String commonName) {
        return below(issue(commonName));
    }

    private TestCa below(Minting minting) {
        Issued intermediate = minting.mint();
        return new TestCa(intermediate, clock, intermediate.chain());
    }

    /** Returns the CA's own certificate: what a site hands out as {@code root_cert}. */
    public X509Certificate certificate() {
        return issued.certificate();
    }

    /** Returns the CA's own certificate as PEM text. */
    public String pem() {
        return issued.certificatePem();
    }

    /** Returns the CA itself as something that a TLS peer could (wrongly) present. */
    public Issued self() {
        return issued;
    }

    /**
     * Starts a certificate; as long as nothing else is asked for it is like a site's: CN = SAN = name, {@code CA:FALSE}, no extended
     * key usage, a new EC key, valid from a day ago to the year 3020.
     *
     * @param commonName its common name
     * @return what to spoil, and then to {@linkplain Minting#mint() mint}
     */
    public Minting issue(String commonName) {
        return new Minting(this, clock, commonName);
    }

    /**
     * Mints a site's certificate.
     *
     * @param site the site's name
     * @return key and certificate
     */
    public Issued site(String site) {
        return issue(site).mint();
    }

    /**
     * Mints a host's certificate and a key for it, without a request.
     *
     * @param uuid the host's UUID
     * @return key and certificate, valid for five years
     */
    public Issued agent(UUID uuid) {
        return issue(uuid.toString())
                .valid(clock.instant().minus(DAY), clock.instant().plus(FIVE_YEARS))
                .mint();
    }

    /**
     * Signs a host's request as a site does: the subject is taken over, the SAN is {@code DNS:<CN>}, {@code CA:FALSE}, no extended key
     * usage, five years.
     *
     * @param csrPem the request
     * @return the certificate
     * @throws PkiException if the request is unreadable, not signed by its own key, or has not exactly one common name
     */
    public X509Certificate agent(String csrPem) throws PkiException {
        AgentRequest request = AgentRequest.read(csrPem);
        return agentMinting(request).mint().certificate();
    }

    /**
     * Starts a host's certificate for the key of a request, to be spoilt.
     *
     * @param request what the host asks for
     * @return what to spoil, and then to mint; the minted record holds no private key
     */
    public Minting agentMinting(AgentRequest request) {
        return issue(request.commonName())
                .valid(clock.instant().minus(DAY), clock.instant().plus(FIVE_YEARS))
                .key(new KeyPair(request.publicKey(), null));
    }

    /**
     * What a host asks for (PKCS#10, RFC 2986).
     *
     * @param version the request's version number, 0 for version 1
     * @param subject the whole subject, such as {@code CN=…}
     * @param commonName the subject's only common name
     * @param publicKey the key to certify
     */
    public record AgentRequest(int version, String subject, String commonName, PublicKey publicKey) {
        /**
         * Reads a request and checks its signature.
         *
         * @param csrPem the request as PEM text
         * @return what it asks for
         * @throws PkiException if it is unreadable, not signed by its own key, or has not exactly one common name
         */
        public static AgentRequest read(String csrPem) throws PkiException {
            try {
                JcaPKCS10CertificationRequest request =
                        new JcaPKCS10CertificationRequest(derOf(csrPem, "CERTIFICATE REQUEST"));
                PublicKey key = request.getPublicKey();
                if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                    throw new PkiException("the certificate request is not signed by its own key");
                }
                var names = request.getSubject().getRDNs(BCStyle.CN);
                if (names.length != 1 || names[0].isMultiValued()) {
                    throw new PkiException(
                            "the certificate request has not exactly one common name: " + request.getSubject());
                }
                int version = request.toASN1Structure()
                        .getCertificationRequestInfo()
                        .getVersion()
                        .intValueExact();
                return new AgentRequest(
                        version,
                        request.getSubject().toString(),
                        names[0].getFirst().getValue().toString(),
                        key);
            } catch (IOException
                    | GeneralSecurityException
                    | OperatorCreationException
                    | PKCSException
                    | IllegalArgumentException e) {
                throw new PkiException("the certificate request is malformed", e);
            }
        }

        private static byte[] derOf(String pem, String label) throws IOException {
            try (var reader = new org.bouncycastle.util.io.pem.PemReader(new java.io.StringReader(pem))) {
                var block = reader.readPemObject();
                if (block == null || !block.getType().equals(label)) {
                    throw new IOException("no PEM block '" + label + "'");
                }
                return block.getContent();
            }
        }
    }

    /**
     * A key with its certificate, which need not fit each other: unlike {@link Identity} this also holds what is wrong.
     *
     * @param privateKey the key; null where only a request with its public key was known
     * @param chain the certificate, then any intermediate ones, without the root
     */
    public record Issued(PrivateKey privateKey, List<X509Certificate> chain) {
        /** Returns the first certificate. */
        public X509Certificate certificate() {
            return chain.get(0);
        }

        /** Returns the first certificate as PEM text. */
        public String certificatePem() {
            return pemOf(chain.subList(0, 1));
        }

        /** Returns the whole chain as PEM text. */
        public String chainPem() {
            return pemOf(chain);
        }

        /** Returns the key as PEM text. */
        public String privateKeyPem() {
            try {
                return Pem.of(privateKey);
            } catch (PkiException e) {
                throw new IllegalStateException("a test's key has a PKCS#8 form", e);
            }
        }

        /** Returns the pair in the form of the main code. */
        public Identity identity() {
            try {
                return Identity.of(privateKey, chain);
            } catch (PkiException e) {
                throw new IllegalStateException("this key and certificate do not belong together", e);
            }
        }

        /** Returns the same certificates with another key, which does not fit. */
        public Issued withKey(PrivateKey other) {
            return new Issued(other, chain);
        }

        /** Returns the same with one more certificate at the chain's end, such as the root. */
        public Issued followedBy(X509Certificate certificate) {
            List<X509Certificate> longer = new ArrayList<>(chain);
            longer.add(certificate);
            return new Issued(privateKey, List.copyOf(longer));
        }

        /** Names the subject alone. */
        @Override
        public String toString() {
            return "Issued[" + certificate().getSubjectX500Principal().getName() + "]";
        }

        private static String pemOf(List<X509Certificate> certificates) {
            try {
                StringBuilder text = new StringBuilder();
                for (X509Certificate certificate : certificates) {
                    text.append(Pem.of(certificate));
                }
                return text.toString();
            } catch (PkiException e) {
                throw new IllegalStateException("a minted certificate has a DER form", e);
            }
        }
    }

    /** Extensions that a certificate can lack. */
    public enum Flaw {
        /** No subject alternative name. */
        SUBJECT_ALTERNATIVE_NAME,
        /** No basic constraints, neither {@code CA:TRUE} nor {@code CA:FALSE}. */
        BASIC_CONSTRAINTS
    }

    /** One certificate being made: each method changes one thing and returns the same object. */
    public static final class Minting {
        private final TestCa issuer;
        private final Clock clock;
        private final List<Flaw> missing = new ArrayList<>();
        private X500Name subject;
        private List<String> dnsNames;
        private Instant from;
        private Instant to = YEAR_3020;
        private KeyPair key;
        private boolean authority;
        private boolean selfSigned;
        private List<KeyPurposeId> usages = List.of();
        private String signatureAlgorithm;

        private Minting(TestCa issuer, Clock clock, String commonName) {
            this.issuer = issuer;
            this.clock = clock;
            this.selfSigned = issuer == null;
            this.from = clock.instant().minus(DAY);
            this.dnsNames = List.of(commonName);
            commonNames(commonName);
        }

        /** Takes these common names, each in a relative distinguished name of its own; none is possible. */
        public Minting commonNames(String... commonNames) {
            X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
            Arrays.stream(commonNames).forEach(commonName -> name.addRDN(BCStyle.CN, commonName));
            if (commonNames.length == 0) {
                name.addRDN(BCStyle.O, "nobody");
            }
            subject = name.build();
            return this;
        }

        /** Takes any subject, such as {@code CN=a+CN=b,O=c} (RFC 4514; first in the text is first in the certificate). */
        public Minting subject(String name) {
            subject = new X500Name(name);
            return this;
        }

        /** Takes any subject, such as one in an unusual encoding. */
        public Minting subject(X500Name name) {
            subject = name;
            return this;
        }

        /** Takes these DNS names as subject alternative names. */
        public Minting dnsNames(String... names) {
            dnsNames = List.of(names);
            return this;
        }

        /** Takes a period of validity, in whole seconds. */
        public Minting valid(Instant start, Instant end) {
            from = start;
            to = end;
            return this;
        }

        /** Ends a second before the clock's time. */
        public Minting expired() {
            return valid(clock.instant().minus(DAY), clock.instant().minusSeconds(1));
        }

        /** Starts a day after the clock's time. */
        public Minting notYetValid() {
            return valid(clock.instant().plus(DAY), clock.instant().plus(FIVE_YEARS));
        }

        /** Certifies this key instead of a new EC one. */
        public Minting key(KeyPair keyPair) {
            key = keyPair;
            return this;
        }

        /** Says {@code CA:TRUE} and may sign certificates. */
        public Minting authority() {
            authority = true;
            return this;
        }

        /** Signs itself instead of being signed by the CA. */
        public Minting selfSigned() {
            selfSigned = true;
            return this;
        }

        /** Restricts the certificate to these uses. */
        public Minting extendedKeyUsage(KeyPurposeId... purposes) {
            usages = List.of(purposes);
            return this;
        }

        /** Signs with this algorithm, such as {@code SHA1withRSA}; the signing key must fit. */
        public Minting signedWith(String algorithm) {
            signatureAlgorithm = algorithm;
            return this;
        }

        /** Leaves an extension out. */
        public Minting without(Flaw extension) {
            missing.add(extension);
            return this;
        }

        /**
         * Signs the certificate.
         *
         * @return the key and the certificate with its issuer's intermediates, without the root
         */
        public Issued mint() {
            KeyPair pair = key == null ? TestKeys.ec() : key;
            PrivateKey signingKey = selfSigned ? pair.getPrivate() : issuer.issued.privateKey();
            X500Name issuerName = selfSigned
                    ? subject
                    : X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded());
            String algorithm = signatureAlgorithm == null ? strongAlgorithmOf(signingKey) : signatureAlgorithm;
            try {
                X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        issuerName,
                        new BigInteger(127, RANDOM),
                        Date.from(from),
                        Date.from(to),
                        subject,
                        pair.getPublic());
                addExtensions(builder, pair.getPublic());
                X509Certificate certificate = new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signingKey)));
                List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
                if (!selfSigned) {
                    chain.addAll(issuer.intermediates);
                }
                return new Issued(pair.getPrivate(), List.copyOf(chain));
            } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
                throw new IllegalStateException("the certificate for " + subject + " cannot be minted", e);
            }
        }

        private void addExtensions(X509v3CertificateBuilder builder, PublicKey publicKey)
                throws IOException, GeneralSecurityException {
            if (!missing.contains(Flaw.BASIC_CONSTRAINTS)) {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            }
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            }
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(publicKey));
            if (!selfSigned) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(
                                issuer.certificate().getPublicKey()));
            }
            if (!missing.contains(Flaw.SUBJECT_ALTERNATIVE_NAME)) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(dnsNames.stream()
                                .map(name -> new GeneralName(GeneralName.dNSName, name))
                                .toArray(GeneralName[]::new)));
            }
            if (!usages.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usages.toArray(KeyPurposeId[]::new)));
            }
        }

        private static String strongAlgorithmOf(PrivateKey key) {
            return switch (key.getAlgorithm().toLowerCase(Locale.ROOT)) {
                case "rsa" -> "SHA256withRSA";
                case "ec" -> "SHA256withECDSA";
                default -> "Ed25519";
            };
        }
    }
}

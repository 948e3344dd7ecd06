package io.agentctl.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.LoginException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * A token that this process has found and logged in to, through the JDK's SunPKCS11. There is one for every token, since PKCS#11 knows
 * one login per process and token.
 *
 * <p>Java's view of a token shows private keys only beside a certificate of the same id. So each key is given one, signed by itself,
 * that nobody else will ever see: the site's certificate stays in the registry. Thread-safe.
 */
final class Token {
    /** RFC 5280, section 4.1.2.5: a certificate without an end. */
    private static final Instant NO_END = Instant.parse("9999-12-31T23:59:59Z");

    private static final String PROVIDER = "SunPKCS11";
    private static final int MOST_SLOTS = 1024;

    /** No more than we use: TLS shall do with tokens what only they can do. */
    private static final String MECHANISMS =
            "enabledMechanisms = { KeyStore CKM_EC_KEY_PAIR_GEN CKM_ECDSA CKM_RSA_PKCS_KEY_PAIR_GEN"
                    + " CKM_RSA_PKCS CKM_RSA_PKCS_PSS CKM_SHA256_RSA_PKCS CKM_SHA384_RSA_PKCS CKM_SHA512_RSA_PKCS }\n";

    /** Every search leaves a thread of Java's behind for every reader without a card. */
    private static final Duration BETWEEN_SEARCHES = Duration.ofMinutes(10);

    private static final Map<TokenUri, Token> OPEN = new HashMap<>();
    private static final Map<TokenUri, FailedSearch> FAILED = new HashMap<>();
    private static int made;

    private final TokenUri uri;
    private final int slotIndex;
    private final AuthProvider provider;
    private final TokenPin pin;

    private Token(TokenUri uri, int slotIndex, AuthProvider provider) {
        this.uri = uri;
        this.slotIndex = slotIndex;
        this.provider = provider;
        this.pin = new TokenPin(uri);
    }

    private record FailedSearch(long at, String message) {}

    /**
     * Finds a token and logs in.
     *
     * @param uri names it
     * @return the token
     * @throws PkiException if it cannot be found or used; the message says what to do
     */
    static Token open(TokenUri uri) throws PkiException {
        synchronized (OPEN) {
            TokenUri key = uri.withoutObject();
            Token token = OPEN.get(key);
            if (token == null) {
                token = find(key);
                // At the end of the list: for keys that are not on a token, nothing changes.
                Security.addProvider(token.provider);
                OPEN.put(key, token);
            }
            token.logIn();
            return token;
        }
    }

    /**
     * Makes a key that never leaves the token.
     *
     * @param type its type
     * @param name what to call it there
     * @return the key
     * @throws PkiException if the token does not make it
     */
    synchronized KeyPair generate(KeyType type, String name) throws PkiException {
        String id = "0h" + HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII));
        try {
            // A provider of its own, since Java takes the name from the provider's configuration.
            Provider maker = configured(
                    uri,
                    slotIndex,
                    "attributes(generate, CKO_PRIVATE_KEY, *) = {\n"
                            + "CKA_TOKEN = true\nCKA_PRIVATE = true\nCKA_SENSITIVE = true\nCKA_EXTRACTABLE = false\nCKA_SIGN = true\n"
                            + "CKA_ID = " + id + "\nCKA_LABEL = " + id + "\n}\n");
            KeyStore store = store(maker);
            // Refused by a token that cannot be written to: before a key is made that could not be found again.
            store.deleteEntry(name);
            KeyPair pair = type.generate(maker);
            PublicKey publicKey = KeyFactory.getInstance(pair.getPublic().getAlgorithm())
                    .generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));
            store.setKeyEntry(name, pair.getPrivate(), null, new X509Certificate[] {
                companion(new KeyPair(publicKey, pair.getPrivate()), type, name, maker)
            });
            return new KeyPair(publicKey, privateKey(name));
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw failure("cannot make a private key '" + name + "' of type " + type.label(), e);
        }
    }

    /**
     * Finds a key.
     *
     * @param name what it is called
     * @return the key, which can be used but not read
     * @throws PkiException if there is none or the token cannot be used
     */
    synchronized PrivateKey privateKey(String name) throws PkiException {
        try {
            Key key = store(provider).getKey(name, null);
            if (key instanceof PrivateKey privateKey) {
                return privateKey;
            }
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw failure("cannot look for the private key '" + name + "'", e);
        }
        throw new PkiException(uri.description() + " has no private key '" + name + "': register again");
    }

    /**
     * Destroys a key; one that is not there is destroyed already.
     *
     * @param name what it is called
     * @throws PkiException if the token does not do it
     */
    synchronized void destroy(String name) throws PkiException {
        try {
            KeyStore store = store(provider);
            if (store.containsAlias(name)) {
                store.deleteEntry(name);
            }
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw failure("cannot destroy it", e);
        }
    }

    private static KeyStore store(Provider provider) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, null);
        return store;
    }

    private static X509Certificate companion(KeyPair keyPair, KeyType type, String name, Provider maker)
            throws GeneralSecurityException, IOException {
        V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(BigInteger.ONE));
        content.setIssuer(SignedDer.commonName(name));
        content.setSubject(SignedDer.commonName(name));
        content.setStartDate(new Time(Date.from(Instant.EPOCH)));
        content.setEndDate(new Time(Date.from(NO_END)));
        content.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()));
        content.setSignature(SignedDer.algorithm(type));
        SignedDer signed = SignedDer.by(
                Signature.getInstance(type.signatureAlgorithm(), maker),
                keyPair.getPrivate(),
                type,
                content.generateTBSCertificate());
        byte[] der = new DERSequence(new ASN1Encodable[] {signed.content(), signed.algorithm(), signed.signature()})
                .getEncoded(ASN1Encoding.DER);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private void logIn() throws PkiException {
        try {
            provider.login(null, pin);
        } catch (LoginException e) {
            throw pin.refusal(e);
        } catch (ProviderException e) {
            throw failure("cannot be logged in to", e);
        }
    }

    /** A token that was away must be found anew. */
    private PkiException failure(String what, Exception cause) {
        if (cause instanceof ProviderException) {
            synchronized (OPEN) {
                if (OPEN.remove(uri, this)) {
                    Security.removeProvider(provider.getName());
                }
            }
        }
        return new PkiException(uri.description() + " " + what + ": " + reason(cause), cause);
    }

    private static Token find(TokenUri uri) throws PkiException {
        if (Security.getProvider(PROVIDER) == null) {
            throw new PkiException("this Java runtime cannot use tokens: it lacks the module jdk.crypto.cryptoki;"
                    + " use one that has it, such as any full JDK");
        }
        checkModule(uri);
        FailedSearch failed = FAILED.remove(uri);
        if (failed != null && System.nanoTime() - failed.at() < BETWEEN_SEARCHES.toNanos()) {
            FAILED.put(uri, failed);
            throw new PkiException(failed.message());
        }
        List<SlotInfo> others = new ArrayList<>();
        for (int index = 0; index < MOST_SLOTS; index++) {
            int slotIndex = index;
            try {
                SlotInfo.Shown<Provider> shown =
                        SlotInfo.listenTo(() -> configured(uri, slotIndex, "showInfo = true\n"));
                if (shown.info().fits(uri.token())) {
                    // Without showInfo, or it would print again when a token is put back.
                    return new Token(uri, slotIndex, (AuthProvider) configured(uri, slotIndex, ""));
                }
                others.add(shown.info());
            } catch (ProviderException e) {
                if (isBehindLastSlot(e)) {
                    break;
                }
                if (index == 0) {
                    throw new PkiException(
                            "the PKCS#11 module " + uri.module() + " cannot be used: " + reason(e)
                                    + "; is it a driver for this machine, and may user '"
                                    + System.getProperty("user.name") + "' use it?",
                            e);
                }
            }
        }
        String message = uri.description() + " is not to be found through " + uri.module() + ", "
                + SlotInfo.list(others) + "; connect it or correct the PKCS#11 URI";
        FAILED.put(uri, new FailedSearch(System.nanoTime(), message));
        throw new PkiException(message);
    }

    private static void checkModule(TokenUri uri) throws PkiException {
        if (!Files.isRegularFile(uri.module())) {
            throw new PkiException("there is no PKCS#11 module " + uri.module()
                    + ": install the token's driver, or correct 'module-path' in the PKCS#11 URI");
        }
        try {
            FileAccess access = FileAccessView.ofThisProcess().of(uri.module()).orElse(null);
            if (access != null && (access.isChangeableByOthers() || !access.isTrusted())) {
                throw new PkiException("the PKCS#11 module " + uri.module() + " has " + access.label() + " and owner '"
                        + access.owner() + "': others can change what it does; run: "
                        + access.protecting(uri.module()));
            }
        } catch (IOException e) {
            throw new PkiException("cannot look at the PKCS#11 module " + uri.module() + ": " + e, e);
        }
    }

    private static Provider configured(TokenUri uri, int slotIndex, String more) {
        String library = uri.module().toString().replace("\\", "\\\\");
        return Security.getProvider(PROVIDER)
                .configure("--name = agentctl" + next() + "\nlibrary = \"" + library + "\"\nslotListIndex = "
                        + slotIndex + "\n" + MECHANISMS + more);
    }

    private static int next() {
        synchronized (OPEN) {
            made++;
            return made;
        }
    }

    private static boolean isBehindLastSlot(ProviderException e) {
        return e.getCause() != null && String.valueOf(e.getCause().getMessage()).startsWith("slotListIndex is ");
    }

    /** PKCS#11's own word for it is the innermost. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
    }
}

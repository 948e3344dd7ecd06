package io.agentctl.pki;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * One {@link Identity} in the form that TLS asks for. Handing TLS the key itself spares a key store, whose password-based
 * encryption costs more than a handshake.
 */
public final class TlsIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "agent";

    private final Identity identity;
    private final String keyAlgorithm;

    /** @param identity who we are in every handshake */
    public TlsIdentity(Identity identity) {
        this.identity = identity;
        this.keyAlgorithm = identity.certificate().getPublicKey().getAlgorithm();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    /** Issuers are not compared: the site's hint may name its site CA while another CA of the site signed our certificate. */
    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return alias(keyType);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? identity.chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? identity.privateKey() : null;
    }

    private String[] aliases(String keyType) {
        return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    private String alias(String... keyTypes) {
        return Arrays.stream(keyTypes).anyMatch(this::fits) ? ALIAS : null;
    }

    /** TLS 1.2 asks for a key exchange as well, such as {@code EC_RSA}; TLS 1.3 for {@code EdDSA} where a key says its curve. */
    private boolean fits(String keyType) {
        return keyType.equals(keyAlgorithm)
                || keyType.startsWith(keyAlgorithm + "_")
                || (keyType.equals("RSASSA-PSS") && keyAlgorithm.equals("RSA"))
                || (keyType.equals("EdDSA") && keyAlgorithm.startsWith("Ed"));
    }
}

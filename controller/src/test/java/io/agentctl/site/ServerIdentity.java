package io.agentctl.site;

import io.agentctl.pki.TestCa.Issued;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** The certificate that a site's servers show, good or bad; can be exchanged while they run. */
final class ServerIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "site";

    private volatile Issued current;

    ServerIdentity(Issued first) {
        this.current = first;
    }

    void exchange(Issued next) {
        current = next;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        String algorithm = current.privateKey().getAlgorithm();
        return keyType.startsWith(algorithm) || (keyType.equals("RSASSA-PSS") && algorithm.equals("RSA"))
                ? ALIAS
                : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return current.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return current.privateKey();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }
}

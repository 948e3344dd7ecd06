package io.agentctl.receiver;

import io.agentctl.pki.Identity;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TlsIdentity;
import io.agentctl.pki.TlsPolicy;
import io.agentctl.pki.TlsTrust;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * How we meet a TLS server: whom we trust, and who we are.
 *
 * @param context trust and identity
 * @param policy how TLS is spoken
 * @param checksHostName whether the certificate must name the server's address as well
 */
record TlsClient(SSLContext context, TlsPolicy policy, boolean checksHostName) {

    /**
     * Trusts by a decision of ours, under any host name.
     *
     * @param check the decision
     * @param identity who we are, if the server shall know
     * @param policy how TLS is spoken
     * @return the client side
     */
    static TlsClient trusting(PeerCheck check, Optional<Identity> identity, TlsPolicy policy) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity.map(known -> new KeyManager[] {new TlsIdentity(known)})
                            .orElse(null),
                    new TrustManager[] {new TlsTrust(check)},
                    null);
            return new TlsClient(context, policy, false);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }

    /** Trusts the authorities that this Java runtime trusts, as a browser would. */
    static TlsClient ofPublicAuthorities() {
        try {
            return new TlsClient(SSLContext.getDefault(), TlsPolicy.SINCE_1_2, true);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime's own trust store cannot be read", e);
        }
    }
}

package io.agentctl.net;

/**
 * How the JDK's TLS and HTTP shall behave where only a system property decides. Each is read by the JDK, or by Netty, once and no
 * later than at the first handshake or call: so this comes before them.
 */
public final class JdkSwitches {
    private JdkSwitches() {}

    /** Sets them; any number of times. */
    public static void set() {
        // A resumed session would skip the checks of certificate and connection; fetchers never resume one.
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
        // Over TLS 1.2 a client could ask for one handshake after the other.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        // Without the finite fields of RFC 7919, whose handshakes cost a server hundreds of times as much: any stranger
        // could ask for them. What a JDK does not know yet it ignores.
        System.setProperty("jdk.tls.namedGroups", "X25519MLKEM768,x25519,secp256r1,secp384r1,secp521r1");
        // A registration must not be sent twice.
        System.setProperty("sun.net.http.retryPost", "false");
        // Proxies may ask for Basic.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
}

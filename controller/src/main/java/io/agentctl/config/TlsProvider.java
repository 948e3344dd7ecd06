package io.agentctl.config;

/** Whose TLS serves pulls. */
public enum TlsProvider {
    /** The fastest that there is on this host. */
    AUTO,
    /** The JDK's. */
    JDK,
    /** BoringSSL's, of the family of OpenSSL. */
    OPENSSL
}

package io.agentctl.pki;

import java.security.cert.CertificateException;

/** The peer's certificate was refused; the message says by which rule. A {@code CertificateException}, so that TLS answers it with an alert. */
public final class UntrustedPeerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    UntrustedPeerException(String message) {
        super(message);
    }

    UntrustedPeerException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.agentctl.status;

import io.agentctl.pki.CertificateSummary;
import io.agentctl.pki.PkiException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a site wants to know of our certificate.
 *
 * @param issuer the issuer's common names, joined with {@code ", "}
 * @param from start of its validity
 * @param to end of its validity
 */
record CertificateInfo(String issuer, Instant from, Instant to) {

    /**
     * Reads a certificate.
     *
     * @param pem the certificate
     * @return its facts, or empty if it cannot be read
     */
    static Optional<CertificateInfo> of(String pem) {
        try {
            CertificateSummary certificate = CertificateSummary.of(pem);
            return Optional.of(new CertificateInfo(
                    String.join(", ", certificate.issuerCommonNames()),
                    certificate.notBefore(),
                    certificate.notAfter()));
        } catch (PkiException e) {
            return Optional.empty();
        }
    }
}

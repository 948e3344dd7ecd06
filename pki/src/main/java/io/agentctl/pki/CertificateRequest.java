package io.agentctl.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * A request for a certificate (PKCS#10, RFC 2986): version 1, subject exactly {@code CN=<uuid>}, signed with SHA-256 by the key
 * it asks a certificate for.
 *
 * @param keyPair the key that the certificate shall be for
 * @param uuid the connection's UUID, which becomes the certificate's common name
 */
public record CertificateRequest(KeyPair keyPair, UUID uuid) {

    /**
     * Signs the request.
     *
     * @return the request as PEM text (RFC 7468)
     * @throws PkiException if the key's type is none of {@link KeyType} or signing fails
     */
    public String toPem() throws PkiException {
        KeyType type = KeyType.of(keyPair.getPublic())
                .orElseThrow(() -> new PkiException("a key of algorithm "
                        + keyPair.getPublic().getAlgorithm() + " cannot sign a certificate request"));
        try {
            CertificationRequestInfo asked = new CertificationRequestInfo(
                    SignedDer.commonName(uuid.toString()),
                    SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()),
                    new DERSet());
            SignedDer signed = SignedDer.by(keyPair.getPrivate(), type, asked);
            byte[] der = new CertificationRequest(asked, signed.algorithm(), signed.signature())
                    .getEncoded(ASN1Encoding.DER);
            return Pem.encode("CERTIFICATE REQUEST", der);
        } catch (GeneralSecurityException | IOException e) {
            throw new PkiException("the certificate request for " + uuid + " cannot be signed", e);
        }
    }

    /** Names the request without its key. */
    @Override
    public String toString() {
        return "CertificateRequest[CN=" + uuid + "]";
    }
}

package io.agentctl.pki;

import java.io.IOException;
import java.security.KeyPair;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

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
            byte[] der = new PKCS10CertificationRequestBuilder(
                            new X500NameBuilder()
                                    .addRDN(BCStyle.CN, uuid.toString())
                                    .build(),
                            SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()))
                    .build(new JcaContentSignerBuilder(type.signatureAlgorithm()).build(keyPair.getPrivate()))
                    .getEncoded();
            return Pem.encode("CERTIFICATE REQUEST", der);
        } catch (OperatorCreationException | IOException e) {
            throw new PkiException("the certificate request for " + uuid + " cannot be signed", e);
        }
    }

    /** Names the request without its key. */
    @Override
    public String toString() {
        return "CertificateRequest[CN=" + uuid + "]";
    }
}

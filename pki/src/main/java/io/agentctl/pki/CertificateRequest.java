package io.agentctl.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.UUID;

/**
 * A request for a certificate (PKCS#10, RFC 2986): version 1, subject exactly {@code CN=<uuid>}, signed with SHA-256 by the key
 * it asks a certificate for.
 *
 * @param keyPair the key that the certificate shall be for
 * @param uuid the connection's UUID, which becomes the certificate's common name
 */
public record CertificateRequest(KeyPair keyPair, UUID uuid) {
    /** The tag of an empty list of attributes, which must be there. */
    private static final int NO_ATTRIBUTES = 0xA0;

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
        byte[] content = DerWriter.value(
                DerWriter.SEQUENCE,
                DerWriter.integer(0),
                DerWriter.name(uuid.toString()),
                keyPair.getPublic().getEncoded(),
                DerWriter.value(NO_ATTRIBUTES));
        try {
            return Pem.encode(
                    "CERTIFICATE REQUEST", DerWriter.signed(content, type.signatureAlgorithm(), keyPair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new PkiException("the certificate request for " + uuid + " cannot be signed", e);
        }
    }

    /** Names the request without its key. */
    @Override
    public String toString() {
        return "CertificateRequest[CN=" + uuid + "]";
    }
}

package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests as sites demand them, judged by Bouncy Castle's reader and by openssl. */
class CertificateRequestTest {
    private static final UUID HOST = UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6");

    @ParameterizedTest
    @EnumSource
    void asksForExactlyTheUuidAndIsSignedByItsOwnKey(KeyType type) throws PkiException {
        KeyPair key = keyOf(type);

        TestCa.AgentRequest request = TestCa.AgentRequest.read(new CertificateRequest(key, HOST).toPem());

        assertThat(request.version()).isZero();
        assertThat(request.subject()).isEqualTo("CN=" + HOST);
        assertThat(request.publicKey()).isEqualTo(key.getPublic());
    }

    @ParameterizedTest
    @EnumSource
    void opensslVerifiesIt(KeyType type) throws PkiException, IOException, InterruptedException {
        Openssl.assumeInstalled();
        String pem = new CertificateRequest(keyOf(type), HOST).toPem();

        String text = Openssl.run(pem, "req", "-verify", "-noout", "-text");

        assertThat(text)
                .contains("verify OK")
                .contains("Version: 1 (0x0)")
                .containsPattern("Subject: CN ?= ?" + HOST + "\n")
                .contains("Signature Algorithm: "
                        + (type == KeyType.EC_P256 ? "ecdsa-with-SHA256" : "sha256WithRSAEncryption"));
    }

    @Test
    void isRefusedOnceItsSubjectWasChanged() throws PkiException {
        String pem = new CertificateRequest(TestKeys.ec(), HOST).toPem();
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
        int at = new String(der, StandardCharsets.ISO_8859_1).indexOf(HOST.toString());
        der[at] = '8';

        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> TestCa.AgentRequest.read(Pem.encode("CERTIFICATE REQUEST", der)))
                .withMessage("the certificate request is not signed by its own key");
    }

    @Test
    void isWrittenInLinesOf64Characters() throws PkiException {
        String pem = new CertificateRequest(TestKeys.ec(), HOST).toPem();

        assertThat(pem)
                .startsWith("-----BEGIN CERTIFICATE REQUEST-----\n")
                .endsWith("\n-----END CERTIFICATE REQUEST-----\n");
        assertThat(pem.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(64));
    }

    @Test
    void refusesAKeyOfAForeignType() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> new CertificateRequest(TestKeys.ed25519(), HOST).toPem())
                .withMessage("a key of algorithm EdDSA cannot sign a certificate request");
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> new CertificateRequest(TestKeys.ec("secp384r1"), HOST).toPem())
                .withMessage("a key of algorithm EC cannot sign a certificate request");
    }

    @Test
    void isNamedWithoutItsKey() {
        assertThat(new CertificateRequest(TestKeys.rsa(2048), HOST)).hasToString("CertificateRequest[CN=" + HOST + "]");
    }

    private static KeyPair keyOf(KeyType type) {
        return switch (type) {
            case EC_P256 -> TestKeys.ec();
            case RSA_2048 -> TestKeys.rsa(2048);
            case RSA_3072 -> TestKeys.rsa(3072);
            case RSA_4096 -> TestKeys.rsa(4096);
        };
    }
}

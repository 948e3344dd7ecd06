package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints as openssl prints them and as people paste them. */
class FingerprintTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String COLONS =
            "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF" + ":00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

    @Test
    void isWhatOpensslPrints() throws PkiException, IOException, InterruptedException {
        Openssl.assumeInstalled();
        TestCa ca = TestCa.ofSite("prod", Clock.systemUTC());

        String printed = Openssl.run(ca.pem(), "x509", "-noout", "-fingerprint", "-sha256");

        Fingerprint fingerprint = Fingerprint.of(ca.certificate());
        assertThat(printed).isEqualToIgnoringCase("sha256 Fingerprint=" + fingerprint + "\n");
        assertThat(Fingerprint.parse(printed)).isEqualTo(fingerprint);
    }

    @Test
    void isWrittenInUpperCaseWithColons() {
        assertThat(new Fingerprint(HEX)).hasToString(COLONS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEX,
                COLONS,
                " " + HEX + "\n",
                "sha256:" + HEX,
                "SHA256:" + COLONS,
                "sha256 Fingerprint=" + COLONS,
                "SHA256 Fingerprint=" + COLONS
            })
    void readsTheCustomarySpellings(String text) {
        assertThat(Fingerprint.parse(text)).isEqualTo(new Fingerprint(HEX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "md5:" + HEX, HEX + "00", "g0" + HEX, "sha256:", "sha256:sha256:" + HEX})
    void refusesEverythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fingerprint.parse(text))
                .withMessage("'" + text + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits");
    }

    @Test
    void isMadeOfLowerCaseDigitsOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fingerprint(COLONS))
                .withMessage("'" + COLONS + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits");
    }

    @Test
    void tellsCertificatesApart() throws PkiException {
        TestCa ca = TestCa.ofSite("prod", Clock.systemUTC());

        assertThat(Fingerprint.of(ca.certificate()))
                .isEqualTo(Fingerprint.of(Pem.certificate(ca.pem())))
                .isNotEqualTo(Fingerprint.of(ca.site("prod").certificate()));
    }
}

package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text in, typed objects out, and for everything else one kind of exception that quotes nothing. */
class PemTest {
    private static final TestCa CA = TestCa.ofSite("prod", Clock.systemUTC());
    private static final String CERTIFICATE = CA.pem();
    private static final KeyPair EC = TestKeys.ec();
    private static final String KEY = Pem.encode("PRIVATE KEY", EC.getPrivate().getEncoded());
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    static Stream<KeyPair> keys() {
        return Stream.of(EC, TestKeys.ec("secp384r1"), TestKeys.rsa(2048), TestKeys.rsa(4096), TestKeys.ed25519());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeySurvivesWritingAndReading(KeyPair key) throws PkiException {
        String text = Pem.of(key.getPrivate());

        assertThat(text).startsWith(BEGIN + "\n").endsWith("\n" + END + "\n");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(64));
        assertThat(Pem.privateKey(text)).isEqualTo(key.getPrivate());
    }

    @Test
    void aCertificateSurvivesWritingAndReading() throws PkiException {
        assertThat(Pem.certificate(Pem.of(CA.certificate()))).isEqualTo(CA.certificate());
    }

    @Test
    void aChainKeepsItsOrder() throws PkiException {
        List<X509Certificate> chain = CA.intermediate("middle").site("prod").chain();

        assertThat(Pem.certificates(Pem.of(chain.get(0)) + Pem.of(chain.get(1))))
                .isEqualTo(chain);
        assertThat(Pem.certificate(Pem.of(chain.get(0)) + Pem.of(chain.get(1)))).isEqualTo(chain.get(0));
    }

    @Test
    void textAroundTheBlocksIsIgnored() throws PkiException {
        String text = "Certificate:\n    Data:\n" + CERTIFICATE + "\n# and a key\n" + KEY + "the end";

        assertThat(Pem.certificates(text)).containsExactly(CA.certificate());
        assertThat(Pem.privateKey(text)).isEqualTo(EC.getPrivate());
    }

    @Test
    void lineEndsAndIndentationDoNotMatter() throws PkiException {
        assertThat(Pem.certificate(CERTIFICATE.replace("\n", "\r\n"))).isEqualTo(CA.certificate());
        assertThat(Pem.certificate(CERTIFICATE.replace("\n", "\n\t "))).isEqualTo(CA.certificate());
        assertThat(Pem.certificate(CERTIFICATE.replaceAll("(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/])", "")))
                .isEqualTo(CA.certificate());
        assertThat(Pem.certificate(CERTIFICATE.strip())).isEqualTo(CA.certificate());
    }

    static Stream<Arguments> defectiveKeys() {
        String body = KEY.replace(BEGIN, "").replace(END, "").strip();
        byte[] der = EC.getPrivate().getEncoded();
        String notPkcs8 = "the private key is not a PKCS#8 key of type EC, RSA, Ed25519";
        String notBase64 = "the PEM block 'PRIVATE KEY' is not valid Base64";
        String none = "the PEM text holds no '" + BEGIN + "'";
        String cutOff = "the PEM text is cut off: '" + BEGIN + "' has no '" + END + "'";
        return Stream.of(
                Arguments.of("empty", "", none),
                Arguments.of("a certificate", CERTIFICATE, none),
                Arguments.of("bare Base64", body, none),
                Arguments.of("an old-style key", KEY.replace("PRIVATE", "EC PRIVATE"), none),
                Arguments.of("an encrypted key", KEY.replace("PRIVATE", "ENCRYPTED PRIVATE"), none),
                Arguments.of("four hyphens", KEY.replace("-----", "----"), none),
                Arguments.of("no end", KEY.substring(0, KEY.indexOf(END)), cutOff),
                Arguments.of("half an end", KEY.strip().substring(0, KEY.strip().length() - 1), cutOff),
                Arguments.of("the end first", END + "\n" + body + "\n" + BEGIN, cutOff),
                Arguments.of("the end of a certificate", KEY.replace(END, "-----END CERTIFICATE-----"), cutOff),
                Arguments.of("no body", BEGIN + "\n" + END, notPkcs8),
                Arguments.of("half a body", BEGIN + "\n" + body.substring(0, 64) + "\n" + END, notPkcs8),
                Arguments.of("one character too few", BEGIN + body.substring(0, 66) + END, notBase64),
                Arguments.of("garbage", BEGIN + "\n!" + body.substring(1) + "\n" + END, notBase64),
                Arguments.of("letters beyond ASCII", BEGIN + "\né" + body.substring(1) + "\n" + END, notBase64),
                Arguments.of("padding in the middle", BEGIN + "\nAA==" + body + "\n" + END, notBase64),
                Arguments.of("headers", BEGIN + "\nProc-Type: 4,ENCRYPTED\n\n" + body + "\n" + END, notBase64),
                Arguments.of("two beginnings", BEGIN + "\n" + KEY, notBase64),
                Arguments.of(
                        "a public key", Pem.encode("PRIVATE KEY", EC.getPublic().getEncoded()), notPkcs8),
                Arguments.of(
                        "text as body",
                        Pem.encode("PRIVATE KEY", "a secret".getBytes(StandardCharsets.US_ASCII)),
                        notPkcs8),
                Arguments.of("a key cut off", Pem.encode("PRIVATE KEY", Arrays.copyOf(der, der.length - 1)), notPkcs8),
                Arguments.of(
                        "too long",
                        KEY + " ".repeat(70_000 - KEY.length()),
                        "the PEM text has 70000 characters, at most 65536 are accepted"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defectiveKeys")
    void refusesADefectiveKeyWithoutQuotingIt(String name, String text, String message) {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Pem.privateKey(text))
                .withMessage(message)
                .withNoCause();
    }

    static Stream<Arguments> defectiveCertificates() throws Exception {
        byte[] der = CA.certificate().getEncoded();
        String malformed = "the certificate is malformed: ";
        return Stream.of(
                Arguments.of("empty", "", "the PEM text holds no '-----BEGIN CERTIFICATE-----'"),
                Arguments.of("a key", KEY, "the PEM text holds no '-----BEGIN CERTIFICATE-----'"),
                Arguments.of("no body", "-----BEGIN CERTIFICATE----------END CERTIFICATE-----", malformed),
                Arguments.of("a cut certificate", Pem.encode("CERTIFICATE", Arrays.copyOf(der, 100)), malformed),
                Arguments.of("a key as certificate", KEY.replace("PRIVATE KEY", "CERTIFICATE"), malformed),
                Arguments.of("an empty sequence", Pem.encode("CERTIFICATE", new byte[] {0x30, 0}), malformed),
                Arguments.of(
                        "a huge length",
                        Pem.encode("CERTIFICATE", new byte[] {0x30, (byte) 0x84, 0x7f, -1, -1, -1}),
                        malformed),
                Arguments.of(
                        "the second cut off",
                        CERTIFICATE + CERTIFICATE.substring(0, 200),
                        "the PEM text is cut off: '-----BEGIN CERTIFICATE-----' has no '-----END CERTIFICATE-----'"),
                Arguments.of(
                        "the second garbage",
                        CERTIFICATE + CERTIFICATE.replace("MII", "M.I"),
                        "the PEM block 'CERTIFICATE' is not valid Base64"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defectiveCertificates")
    void refusesADefectiveCertificate(String name, String text, String message) {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Pem.certificates(text))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void acceptsTheLongestTextAndNoLonger() throws PkiException {
        String longest = CERTIFICATE + "x".repeat(Pem.MAX_LENGTH - CERTIFICATE.length());

        assertThat(Pem.certificate(longest)).isEqualTo(CA.certificate());
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Pem.certificate(longest + "x"))
                .withMessage("the PEM text has 65537 characters, at most 65536 are accepted");
    }

    @Test
    void saysSoWhenAKeyDoesNotLeaveItsDevice() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Pem.of(new KeyInADevice("EC")))
                .withMessage("the private key cannot be exported from where it is kept");
    }

    @Property
    void arbitraryTextIsReadOrRefused(@ForAll("texts") String text) {
        readsOrRefuses(text);
    }

    @Property
    void arbitraryBytesAreReadOrRefused(@ForAll byte[] der) {
        readsOrRefuses(Pem.encode("CERTIFICATE", der) + Pem.encode("PRIVATE KEY", der));
    }

    @Property
    void aDamagedCertificateOrKeyIsReadOrRefused(
            @ForAll @IntRange(max = 4000) int at, @ForAll byte damage, @ForAll boolean cut) throws Exception {
        byte[] certificate = CA.certificate().getEncoded();
        byte[] key = EC.getPrivate().getEncoded();
        readsOrRefuses(Pem.encode("CERTIFICATE", damaged(certificate, at, damage, cut))
                + Pem.encode("PRIVATE KEY", damaged(key, at, damage, cut)));
    }

    @Property
    void aDamagedTextNeverQuotesTheKey(@ForAll @IntRange(max = 4000) int at, @ForAll char damage) {
        StringBuilder text = new StringBuilder(KEY);
        text.setCharAt(at % text.length(), damage);
        try {
            Pem.privateKey(text.toString());
        } catch (PkiException e) {
            String body = Base64.getEncoder().encodeToString(EC.getPrivate().getEncoded());
            for (int i = 0; i + 8 <= body.length(); i++) {
                assertThat(e.toString()).doesNotContain(body.substring(i, i + 8));
            }
            assertThat(e.getCause()).isNull();
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> parts = Arbitraries.oneOf(
                Arbitraries.of(
                        BEGIN,
                        END,
                        "-----BEGIN CERTIFICATE-----",
                        "-----END CERTIFICATE-----",
                        "-----BEGIN ",
                        "-----",
                        "\n",
                        "=",
                        "MIIB",
                        KEY,
                        CERTIFICATE),
                Arbitraries.strings().ofMaxLength(40));
        return parts.list().ofMaxSize(12).map(list -> String.join("", list));
    }

    private static byte[] damaged(byte[] good, int at, byte damage, boolean cut) {
        byte[] bad = cut ? Arrays.copyOf(good, at % good.length) : good.clone();
        if (bad.length > 0) {
            bad[at % bad.length] = damage;
        }
        return bad;
    }

    private static void readsOrRefuses(String text) {
        try {
            assertThat(Pem.certificates(text)).isNotEmpty();
        } catch (PkiException e) {
            assertThat(e.getMessage().lines()).hasSize(1);
        }
        try {
            assertThat(Pem.privateKey(text)).isNotNull();
        } catch (PkiException e) {
            assertThat(e.getMessage().lines()).hasSize(1);
        }
    }
}

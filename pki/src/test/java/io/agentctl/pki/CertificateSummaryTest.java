package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of a certificate without the JDK is what the JDK reads. */
class CertificateSummaryTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final TestCa CA = TestCa.ofAgents("prod", CLOCK);
    private static final X509Certificate AGENT = CA.agent(UUID.randomUUID()).certificate();

    static Stream<X509Certificate> certificates() {
        return Stream.of(
                AGENT,
                CA.certificate(),
                CA.site("prod").certificate(),
                TestCa.named("wärmepumpe \"ü\"", CLOCK).agent(UUID.randomUUID()).certificate(),
                CA.issue("x")
                        .selfSigned()
                        .subject("C=DE,O=Some One,CN=a,CN=b")
                        .mint()
                        .certificate(),
                CA.issue("x").selfSigned().subject("O=Some One").mint().certificate(),
                CA.issue("x")
                        .valid(Instant.parse("1950-01-01T00:00:00Z"), Instant.parse("2049-12-31T23:59:59Z"))
                        .mint()
                        .certificate(),
                CA.issue("x")
                        .valid(Instant.parse("1949-12-31T23:59:59Z"), Instant.parse("2050-01-01T00:00:00Z"))
                        .mint()
                        .certificate(),
                CA.issue("x").valid(CLOCK.instant(), TestCa.YEAR_3020).mint().certificate(),
                CA.issue("x").key(TestKeys.rsa(2048)).mint().certificate());
    }

    @ParameterizedTest
    @MethodSource("certificates")
    void readsWhatTheJdkReads(X509Certificate certificate) throws Exception {
        assertThat(CertificateSummary.ofPlain(certificate.getEncoded())).contains(CertificateSummary.of(certificate));
    }

    @Test
    void readsTheFirstOfAChain() throws Exception {
        assertThat(CertificateSummary.of(Pem.of(AGENT) + CA.pem())).isEqualTo(CertificateSummary.of(AGENT));
    }

    @Test
    void refusesAChainOneOfWhichIsMalformed() throws Exception {
        assertThatThrownBy(() -> CertificateSummary.of(Pem.of(AGENT) + cutOff(CA.pem())))
                .isInstanceOf(PkiException.class)
                .hasMessageStartingWith("the certificate is malformed: ");
    }

    @Test
    void refusesWhatHoldsNone() {
        assertThatThrownBy(() -> CertificateSummary.of("nothing"))
                .isInstanceOf(PkiException.class)
                .hasMessage("the PEM text holds no '-----BEGIN CERTIFICATE-----'");
    }

    /** Names that share a set are the JDK's to order. */
    @Test
    void leavesUnusualNamesToTheJdk() throws Exception {
        X509Certificate certificate =
                CA.issue("x").selfSigned().subject("CN=b+CN=a").mint().certificate();

        assertThat(CertificateSummary.ofPlain(certificate.getEncoded())).isEmpty();
        assertThat(CertificateSummary.of(Pem.of(certificate)).issuerCommonNames())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Property(tries = 300)
    void readsNothingThatIsCutOff(@ForAll @IntRange(max = 10_000) int length) throws Exception {
        byte[] der = AGENT.getEncoded();

        assertThat(CertificateSummary.ofPlain(Arrays.copyOf(der, length % der.length)))
                .isEmpty();
    }

    /** Of what the JDK can read at all: it also looks into key and extensions. */
    @Property(tries = 3000)
    void agreesWithTheJdkOnSpoiltCertificates(@ForAll @IntRange(max = 10_000) int position, @ForAll byte replacement)
            throws Exception {
        byte[] der = AGENT.getEncoded();
        der[position % der.length] = replacement;

        Optional<CertificateSummary> plain = CertificateSummary.ofPlain(der);
        Optional<CertificateSummary> jdk = byJdk(der);
        if (plain.isPresent() && jdk.isPresent()) {
            assertThat(plain).isEqualTo(jdk);
        }
    }

    private static Optional<CertificateSummary> byJdk(byte[] der) {
        try {
            return Optional.of(CertificateSummary.of(List.copyOf(Pem.certificates(Pem.encode("CERTIFICATE", der)))
                    .get(0)));
        } catch (PkiException e) {
            return Optional.empty();
        }
    }

    /** Base64 that is whole, of a certificate that is not. */
    private static String cutOff(String pem) throws PkiException {
        byte[] der = Pem.certificateBlocks(pem).get(0);
        return Pem.encode("CERTIFICATE", Arrays.copyOf(der, der.length - 10));
    }
}

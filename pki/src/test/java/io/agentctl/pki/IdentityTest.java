package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A key and a certificate are an identity only when they belong together, and then the key stays out of sight. */
class IdentityTest {
    private static final UUID HOST = UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6");
    private static final TestCa CA =
            TestCa.ofSite("prod", Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

    static Stream<KeyPair> keys() {
        return Stream.of(TestKeys.ec(), TestKeys.ec("secp384r1"), TestKeys.rsa(2048), TestKeys.ed25519());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void joinsAKeyAndItsCertificate(KeyPair key) throws PkiException {
        TestCa.Issued issued = CA.issue(HOST.toString()).key(key).mint();

        Identity identity = Identity.fromPem(issued.privateKeyPem(), issued.certificatePem());

        assertThat(identity.privateKey()).isEqualTo(key.getPrivate());
        assertThat(identity.certificate()).isEqualTo(issued.certificate());
        assertThat(identity.issuedTo(HOST)).isSameAs(identity);
    }

    @Test
    void keepsTheIntermediateCertificatesInTheirOrder() throws PkiException {
        TestCa.Issued issued = CA.intermediate("one").intermediate("two").agent(HOST);

        Identity identity = Identity.fromPem(issued.privateKeyPem(), issued.chainPem());

        assertThat(identity.chain()).hasSize(3).isEqualTo(issued.chain());
    }

    static Stream<Arguments> strangers() {
        List<KeyPair> keys = List.of(
                TestKeys.ec(),
                TestKeys.ec("secp384r1"),
                TestKeys.rsa(2048, "other"),
                TestKeys.rsa(3072),
                TestKeys.ed25519());
        return keys().flatMap(ours -> keys.stream().map(theirs -> Arguments.of(ours, theirs)));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void refusesTheCertificateOfAnotherKey(KeyPair ours, KeyPair theirs) {
        TestCa.Issued issued = CA.issue(HOST.toString()).key(theirs).mint();

        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Identity.of(ours.getPrivate(), issued.chain()))
                .withMessage("the certificate of CN=" + HOST + " was not issued for this private key");
    }

    @Test
    void refusesAnEmptyChain() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> Identity.of(TestKeys.ec().getPrivate(), List.of()))
                .withMessage("the certificate chain is empty");
    }

    @Test
    void refusesTheCertificateOfAnotherHost() {
        String other = "11111111-2222-4333-8444-555555555555";

        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> CA.agent(UUID.fromString(other)).identity().issuedTo(HOST))
                .withMessage("the certificate is for 'CN=" + other + "' instead of 'CN=" + HOST + "'");
    }

    @Test
    void refusesACertificateWithMoreThanTheHostsName() {
        Identity identity =
                CA.issue("x").commonNames(HOST.toString(), "prod").mint().identity();

        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> identity.issuedTo(HOST))
                .withMessage("the certificate is for 'CN=prod,CN=" + HOST + "' instead of 'CN=" + HOST + "'");
    }

    @Test
    void theNameOfAForeignCertificateStaysOnOneLine() {
        Identity identity =
                CA.issue("x").commonNames("a\nINFO b\u001b[2J").mint().identity();

        assertThat(identity).hasToString("Identity[CN=a?INFO b?[2J]");
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> identity.issuedTo(HOST))
                .withMessage("the certificate is for 'CN=a?INFO b?[2J' instead of 'CN=" + HOST + "'");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void neverShowsItsKey(KeyPair key) throws PkiException {
        TestCa.Issued issued = CA.issue(HOST.toString()).key(key).mint();
        Identity identity = Identity.of(issued.privateKey(), issued.chain());

        assertThat(identity).hasToString("Identity[CN=" + HOST + "]");
    }
}

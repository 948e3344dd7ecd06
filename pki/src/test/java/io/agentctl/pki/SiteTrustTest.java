package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.pki.PeerCheck.Peer;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Good and defective chains against what the decision says of each, whichever part of the site presents them. */
class SiteTrustTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final TestCa CA = TestCa.ofSite("prod", CLOCK);
    private static final String HOST = "99f56bbc-5965-4b34-bc70-1959ad1d32d6";

    static Stream<Arguments> goodChains() {
        TestCa intermediate = CA.intermediate("middle");
        TestCa.Issued site = CA.site("prod");
        return forBothPeers(
                new Case("a site's certificate", site.chain()),
                new Case("the root appended", site.followedBy(CA.certificate()).chain()),
                new Case(
                        "the root and more appended",
                        site.followedBy(CA.certificate())
                                .followedBy(TestCa.named("other", CLOCK).certificate())
                                .chain()),
                new Case("an intermediate", intermediate.site("prod").chain()),
                new Case(
                        "intermediate and root",
                        intermediate.site("prod").followedBy(CA.certificate()).chain()),
                new Case(
                        "the longest chain",
                        nested(SiteTrust.MAX_CHAIN_LENGTH - 1).site("prod").chain()),
                new Case(
                        "any extended key usage",
                        CA.issue("prod")
                                .extendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)
                                .mint()
                                .chain()),
                new Case(
                        "both uses",
                        CA.issue("prod")
                                .extendedKeyUsage(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
                                .mint()
                                .chain()),
                new Case(
                        "no basic constraints",
                        CA.issue("prod")
                                .without(TestCa.Flaw.BASIC_CONSTRAINTS)
                                .mint()
                                .chain()),
                new Case(
                        "no subject alternative name",
                        CA.issue("prod")
                                .without(TestCa.Flaw.SUBJECT_ALTERNATIVE_NAME)
                                .mint()
                                .chain()),
                new Case(
                        "another name in the SAN",
                        CA.issue("prod").dnsNames(HOST).mint().chain()),
                new Case(
                        "more than a common name",
                        CA.issue("prod").subject("O=acme,CN=prod,OU=it").mint().chain()),
                new Case("RSA", CA.issue("prod").key(TestKeys.rsa(2048)).mint().chain()),
                new Case(
                        "Ed25519",
                        CA.issue("prod").key(TestKeys.ed25519()).mint().chain()),
                new Case(
                        "in its last second",
                        CA.issue("prod")
                                .valid(NOW.minus(Duration.ofDays(1)), NOW)
                                .mint()
                                .chain()),
                new Case(
                        "in its first second",
                        CA.issue("prod")
                                .valid(NOW, NOW.plus(Duration.ofDays(1)))
                                .mint()
                                .chain()));
    }

    @ParameterizedTest(name = "{0} by the {1}")
    @MethodSource("goodChains")
    void trustsTheSite(Case presented, Peer peer) {
        assertThatCode(() ->
                        SiteTrust.pinnedTo(List.of(CA.certificate()), CLOCK).check(presented.chain(), peer))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> badChains() {
        TestCa namesake = TestCa.ofSite("prod", CLOCK);
        TestCa.Issued belowIntermediate = CA.intermediate("middle").site("prod");
        List<X509Certificate> outOfOrder = new ArrayList<>(belowIntermediate.chain());
        Collections.reverse(outOfOrder);
        List<X509Certificate> withoutIntermediate = belowIntermediate.chain().subList(0, 1);
        String noPath = " does not chain to the root certificate that the site gave at registration: ";
        String registeredWith = " this host registered with 'CN=Site 'prod' local CA': if the site was renamed or has"
                + " another CA now, register this host again";
        String anotherCa = " was issued by another CA named 'CN=Site 'prod' local CA' than the one that this host"
                + " registered with: if the site has made a new CA, register this host again";
        return forBothPeers(
                new Case("no certificate", List.of(), "the PEER sent no certificate"),
                new Case(
                        "expired",
                        CA.issue("prod").expired().mint().chain(),
                        "the certificate 'CN=prod' of the PEER expired at 2025-12-31T23:59:59Z, now is 2026-01-01T00:00:00Z"
                                + "; if this host's clock is right, the site needs a new one"),
                new Case(
                        "not yet valid",
                        CA.issue("prod").notYetValid().mint().chain(),
                        "the certificate 'CN=prod' of the PEER is valid only from 2026-01-02T00:00:00Z, now is 2026-01-01T00:00:00Z; is this host's clock right?"),
                new Case(
                        "a foreign CA",
                        TestCa.ofSite("other", CLOCK).site("prod").chain(),
                        "the certificate 'CN=prod' of the PEER was issued by 'CN=Site 'other' local CA', but"
                                + registeredWith),
                new Case(
                        "a foreign CA of the same name",
                        namesake.site("prod").chain(),
                        "the certificate 'CN=prod' of the PEER" + anotherCa),
                new Case(
                        "a foreign CA with its root",
                        namesake.site("prod").followedBy(namesake.certificate()).chain(),
                        "the certificate 'CN=prod' of the PEER" + anotherCa),
                new Case(
                        "self-signed",
                        CA.issue("prod").selfSigned().mint().chain(),
                        "the certificate 'CN=prod' of the PEER was issued by 'CN=prod', but" + registeredWith),
                new Case(
                        "a host's certificate",
                        CA.issue(HOST).mint().chain(),
                        "the certificate of the PEER belongs to a host, not to a site: its common name is the UUID "
                                + HOST),
                new Case(
                        "a UUID in braces and capitals",
                        CA.issue("{99F56BBC-5965-4B34-BC70-1959AD1D32D6}")
                                .mint()
                                .chain(),
                        "the certificate of the PEER belongs to a host, not to a site: its common name is the UUID {99F56BBC-5965-4B34-BC70-1959AD1D32D6}"),
                new Case(
                        "a UUID on a line of its own",
                        CA.issue("\n" + HOST + "\n").mint().chain(),
                        "the certificate of the PEER belongs to a host, not to a site: its common name is the UUID "
                                + HOST),
                new Case(
                        "a UUID as BMPString",
                        CA.issue("x").subject(bmp(HOST)).mint().chain(),
                        "the certificate of the PEER belongs to a host, not to a site: its common name is the UUID "
                                + HOST),
                new Case(
                        "no common name",
                        CA.issue("prod").commonNames().mint().chain(),
                        "the certificate of the PEER has 0 common names instead of one: 'O=nobody'"),
                new Case(
                        "two common names",
                        CA.issue("prod").commonNames("prod", "test").mint().chain(),
                        "the certificate of the PEER has 2 common names instead of one: 'CN=test,CN=prod'"),
                new Case(
                        "two common names in one",
                        CA.issue("prod").subject("CN=prod+CN=test").mint().chain(),
                        "the certificate of the PEER has 2 common names instead of one: 'CN=prod+CN=test'"),
                new Case(
                        "the same common name twice",
                        CA.issue("prod").commonNames("prod", "prod").mint().chain(),
                        "the certificate of the PEER has 2 common names instead of one: 'CN=prod,CN=prod'"),
                new Case(
                        "a UUID beside the site",
                        CA.issue("prod").commonNames(HOST, "prod").mint().chain(),
                        "the certificate of the PEER has 2 common names instead of one: 'CN=prod,CN=" + HOST + "'"),
                new Case(
                        "a name that forges a log line",
                        CA.issue("x").commonNames("a\nERROR", "b").mint().chain(),
                        "the certificate of the PEER has 2 common names instead of one: 'CN=b,CN=a?ERROR'"),
                new Case(
                        "an intermediate that is no CA",
                        CA.pretender("host").site("prod").chain(),
                        "the certificate 'CN=host' of the PEER" + noPath
                                + "basic constraints check failed: this is not a CA certificate"),
                new Case(
                        "a missing intermediate",
                        withoutIntermediate,
                        "the certificate 'CN=prod' of the PEER was issued by 'CN=middle', but" + registeredWith),
                new Case(
                        "out of order",
                        outOfOrder,
                        "the certificate 'CN=middle' of the PEER was issued by 'CN=middle', but" + registeredWith),
                new Case(
                        "an expired intermediate",
                        expiredIntermediate(),
                        "the certificate 'CN=middle' of the PEER expired at 2025-12-31T23:59:59Z, now is 2026-01-01T00:00:00Z"
                                + "; if this host's clock is right, the site needs a new one"),
                new Case(
                        "too long a chain",
                        nested(SiteTrust.MAX_CHAIN_LENGTH).site("prod").chain(),
                        "the PEER sent a chain of 9 certificates, at most 8 are accepted"),
                new Case(
                        "the root as its own",
                        List.of(CA.certificate()),
                        "the PEER sent the site's root certificate as its own"));
    }

    @ParameterizedTest(name = "{0} by the {1}")
    @MethodSource("badChains")
    void refusesEverybodyElse(Case presented, Peer peer) {
        SiteTrust trust = SiteTrust.pinnedTo(List.of(CA.certificate()), CLOCK);

        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> trust.check(presented.chain(), peer))
                .withMessage(presented.messageFor(peer));
    }

    static Stream<Arguments> wrongUses() {
        return Stream.of(
                Arguments.of(
                        Peer.FETCHER,
                        KeyPurposeId.id_kp_serverAuth,
                        "the certificate of the fetcher is not meant for this use: extended key usage [1.3.6.1.5.5.7.3.1]"),
                Arguments.of(
                        Peer.AGENT_RECEIVER,
                        KeyPurposeId.id_kp_clientAuth,
                        "the certificate of the agent receiver is not meant for this use: extended key usage [1.3.6.1.5.5.7.3.2]"),
                Arguments.of(
                        Peer.FETCHER,
                        KeyPurposeId.id_kp_codeSigning,
                        "the certificate of the fetcher is not meant for this use: extended key usage [1.3.6.1.5.5.7.3.3]"));
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void refusesACertificateForAnotherUse(Peer peer, KeyPurposeId use, String message) {
        SiteTrust trust = SiteTrust.pinnedTo(List.of(CA.certificate()), CLOCK);

        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> trust.check(
                        CA.issue("prod").extendedKeyUsage(use).mint().chain(), peer))
                .withMessage(message);
    }

    @ParameterizedTest
    @EnumSource
    void trustsACertificateForItsOwnUse(Peer peer) {
        KeyPurposeId use = peer == Peer.FETCHER ? KeyPurposeId.id_kp_clientAuth : KeyPurposeId.id_kp_serverAuth;

        assertThatCode(() -> SiteTrust.pinnedTo(List.of(CA.certificate()), CLOCK)
                        .check(CA.issue("prod").extendedKeyUsage(use).mint().chain(), peer))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void refusesEverybodyOnceTheRootHasExpired(Peer peer) {
        TestCa old = TestCa.root("Site 'prod' local CA", TestKeys.ec(), NOW.minusSeconds(1), CLOCK);

        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> SiteTrust.pinnedTo(List.of(old.certificate()), CLOCK)
                        .check(old.site("prod").chain(), peer))
                .withMessage("none of the site's 1 pinned root certificates is valid any more, now is"
                        + " 2026-01-01T00:00:00Z; if this host's clock is right, register it again");
    }

    /** As on a board without a clock of its own, which believes that it is 1970 until the network tells it better. */
    @ParameterizedTest
    @EnumSource
    void blamesTheClockWhenItIsBeforeTheSitesTime(Peer peer) {
        SiteTrust trust = SiteTrust.pinnedTo(List.of(CA.certificate()), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> trust.check(CA.site("prod").chain(), peer))
                .withMessage("none of the site's 1 pinned root certificates is valid yet, now is 1970-01-01T00:00:00Z;"
                        + " is this host's clock right?");
    }

    @ParameterizedTest
    @EnumSource
    void anyOfSeveralRootsWillDoAndAnExpiredOneWillNot(Peer peer) {
        TestCa old = TestCa.root("Site 'prod' local CA", TestKeys.ec(), NOW.minusSeconds(1), CLOCK);
        TestCa next = TestCa.ofSite("prod", CLOCK);
        SiteTrust trust = SiteTrust.pinnedTo(List.of(old.certificate(), CA.certificate(), next.certificate()), CLOCK);

        assertThatCode(() -> trust.check(CA.site("prod").chain(), peer)).doesNotThrowAnyException();
        assertThatCode(() -> trust.check(next.site("prod").chain(), peer)).doesNotThrowAnyException();
        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> trust.check(old.site("prod").chain(), peer))
                .withMessageStartingWith("the certificate 'CN=prod' of the ");
    }

    @ParameterizedTest
    @EnumSource
    void trustsACertificateUntilTheYear3020(Peer peer) {
        Instant last = TestCa.YEAR_3020;
        List<X509Certificate> chain = CA.site("prod").chain();
        List<X509Certificate> roots = List.of(CA.certificate());

        assertThatCode(() -> SiteTrust.pinnedTo(roots, Clock.fixed(last, ZoneOffset.UTC))
                        .check(chain, peer))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> SiteTrust.pinnedTo(roots, Clock.fixed(last.plusSeconds(1), ZoneOffset.UTC))
                        .check(chain, peer))
                .withMessageStartingWith(
                        "none of the site's 1 pinned root certificates is valid any more, now is 3020-04-18T08:18:42Z");
    }

    @Test
    void refusesEverybodyWhenNoRootIsPinned() {
        assertThatExceptionOfType(UntrustedPeerException.class)
                .isThrownBy(() -> SiteTrust.pinnedTo(List.of(), CLOCK)
                        .check(CA.site("prod").chain(), Peer.FETCHER))
                .withMessage(
                        "none of the site's 0 pinned root certificates is valid any more, now is 2026-01-01T00:00:00Z;"
                                + " if this host's clock is right, register it again");
    }

    /** A chain as a peer may present it; {@code PEER} in the message stands for the name of the peer. */
    record Case(String name, List<X509Certificate> chain, String message) {
        Case(String name, List<X509Certificate> chain) {
            this(name, chain, "");
        }

        String messageFor(Peer peer) {
            return message.replace("PEER", peer == Peer.FETCHER ? "fetcher" : "agent receiver");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Arguments> forBothPeers(Case... cases) {
        return Stream.of(cases)
                .flatMap(presented -> Stream.of(Peer.values()).map(peer -> Arguments.of(presented, peer)));
    }

    private static TestCa nested(int depth) {
        TestCa ca = CA;
        for (int i = 1; i <= depth; i++) {
            ca = ca.intermediate("level " + i);
        }
        return ca;
    }

    /** A site's certificate that outlives its issuer. */
    private static List<X509Certificate> expiredIntermediate() {
        KeyPair key = TestKeys.ec();
        X509Certificate expired =
                CA.issue("middle").key(key).authority().expired().mint().certificate();
        TestCa signer = TestCa.root("middle", key, TestCa.YEAR_3020, CLOCK);
        return signer.site("prod").followedBy(expired).chain();
    }

    private static X500Name bmp(String commonName) {
        return new X500NameBuilder()
                .addRDN(BCStyle.CN, new DERBMPString(commonName))
                .build();
    }
}

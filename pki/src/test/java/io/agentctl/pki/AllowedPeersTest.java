package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.pki.PeerCheck.Peer;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another site under the same CA does not get in. */
class AllowedPeersTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final TestCa ca = TestCa.ofSite("prod", CLOCK);
    private final KeyPair key = TestKeys.ec();
    private final TestCa.Issued site = ca.issue("prod").key(key).mint();
    private final TestCa.Issued renewed = ca.issue("prod").key(key).mint();
    private final TestCa.Issued other = ca.site("other");

    @Test
    void aCommonNameAdmitsTheSiteWhateverItsCertificate() {
        assertAdmits(allowing("test", "prod"), site, renewed);
        assertRefuses(allowing("test", "prod"), other);
    }

    @Test
    void aCertificateAdmitsItselfAlone() throws Exception {
        PeerCheck check = allowing("cert-sha256:" + Fingerprint.of(site.certificate()));

        assertAdmits(check, site);
        assertRefuses(check, renewed, other);
    }

    @Test
    void aKeyAdmitsAllItsCertificates() {
        PeerCheck check = allowing("key-sha256:" + AllowedPeer.fingerprint(site.certificate(), AllowedPeer.Kind.KEY));

        assertAdmits(check, site, renewed);
        assertRefuses(check, other);
    }

    @Test
    void theRootIsStillDemanded() {
        TestCa.Issued foreign = TestCa.ofSite("prod", CLOCK).site("prod");

        assertThatThrownBy(() -> allowing("prod").check(foreign.chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageContaining("was issued by another CA");
    }

    @Test
    void saysWhoWouldHaveToBeAllowed() throws Exception {
        assertThatThrownBy(() -> allowing("prod").check(other.chain(), Peer.AGENT_RECEIVER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessage("the certificate 'CN=other' of the agent receiver is not among allowed_peers of server/prod"
                        + " (prod); its own are cert-sha256:" + Fingerprint.of(other.certificate())
                        + " and key-sha256:"
                        + new Fingerprint(AllowedPeer.fingerprint(other.certificate(), AllowedPeer.Kind.KEY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "cert-sha256:", "cert-sha256:12", "key-sha256:xyz", "sha256:00", "cert-sha256 00"})
    void isNamedInThreeForms(String text) {
        assertThatThrownBy(() -> AllowedPeer.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isWrittenAsItIsRead() {
        for (String text : List.of("prod", "cert-sha256:" + "ab".repeat(32), "key-sha256:" + "00".repeat(32))) {
            AllowedPeer peer = AllowedPeer.parse(text);
            assertThat(AllowedPeer.parse(peer.toString())).isEqualTo(peer);
        }
    }

    private PeerCheck allowing(String... peers) {
        return new AllowedPeers(
                SiteTrust.pinnedTo(List.of(ca.certificate()), CLOCK),
                "server/prod",
                Stream.of(peers).map(AllowedPeer::parse).toList());
    }

    private static void assertAdmits(PeerCheck check, TestCa.Issued... peers) {
        for (TestCa.Issued peer : peers) {
            assertThatCode(() -> check.check(peer.chain(), Peer.FETCHER)).doesNotThrowAnyException();
        }
    }

    private static void assertRefuses(PeerCheck check, TestCa.Issued... peers) {
        for (TestCa.Issued peer : peers) {
            assertThatThrownBy(() -> check.check(peer.chain(), Peer.FETCHER))
                    .isInstanceOf(UntrustedPeerException.class)
                    .hasMessageContaining(" is not among allowed_peers of server/prod (");
        }
    }
}

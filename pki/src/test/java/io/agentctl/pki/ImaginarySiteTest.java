package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates to practise with are real ones to every check. */
class ImaginarySiteTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");

    @Test
    void trustsItsFetcher() throws Exception {
        ImaginarySite site = ImaginarySite.at(NOW);
        List<X509Certificate> chain = site.fetcher().chain();

        assertThatCode(() -> trust(site, NOW).check(chain, PeerCheck.Peer.FETCHER))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trust(site, NOW.plus(Duration.ofDays(2))).check(chain, PeerCheck.Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class);
        assertThatThrownBy(() -> trust(ImaginarySite.at(NOW), NOW).check(chain, PeerCheck.Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageContaining("was issued by another CA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1999-12-31T23:59:59Z", "2049-12-30T00:00:00Z", "2050-01-01T00:00:00Z", "2104-02-29T12:00:00Z"})
    void isValidInAnyYear(String instant) throws Exception {
        Instant now = Instant.parse(instant);
        X509Certificate root = ImaginarySite.at(now).root();

        assertThat(root.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofDays(1)));
        assertThat(root.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(1)));
    }

    @Test
    void itsHostIsNoFetcher() throws Exception {
        ImaginarySite site = ImaginarySite.at(NOW);
        site.agent().issuedTo(site.uuid());

        assertThatThrownBy(() -> trust(site, NOW).check(site.agent().chain(), PeerCheck.Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class);
    }

    @Test
    void isAnotherEveryTime() throws Exception {
        ImaginarySite one = ImaginarySite.at(NOW);
        ImaginarySite other = ImaginarySite.at(NOW);

        assertThat(one.uuid()).isNotEqualTo(other.uuid());
        assertThat(one.agent().privateKey()).isNotEqualTo(other.agent().privateKey());
    }

    private static SiteTrust trust(ImaginarySite site, Instant now) {
        return SiteTrust.pinnedTo(List.of(site.root()), Clock.fixed(now, ZoneOffset.UTC));
    }
}

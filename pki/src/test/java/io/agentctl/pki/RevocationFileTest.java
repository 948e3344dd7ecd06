package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.pki.PeerCheck.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was taken back, by lists that OpenSSL has issued. */
class RevocationFileTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Clock IN_40_DAYS = Clock.offset(CLOCK, Duration.ofDays(40));

    @TempDir
    private Path folder;

    private final TestCa ca = TestCa.ofSite("prod", CLOCK);
    private final TestCa.Issued site = ca.site("prod");
    private final TestCa.Issued other = ca.site("other");
    private OpensslCa openssl;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(OpensslCa.isAvailable(), "openssl is not installed");
        openssl = new OpensslCa(folder.resolve("ca"), ca);
        file = folder.resolve("crl.pem");
    }

    @Test
    void refusesWhomItLists() throws Exception {
        Files.writeString(file, openssl.list(30, other.certificate()));
        SiteTrust trust = trust(true, CLOCK);

        assertThatCode(() -> trust.check(site.chain(), Peer.FETCHER)).doesNotThrowAnyException();
        for (Peer peer : Peer.values()) {
            assertThatThrownBy(() -> trust.check(other.chain(), peer))
                    .isInstanceOf(UntrustedPeerException.class)
                    .hasMessage("the certificate 'CN=other' of the " + peer.label()
                            + " was revoked by 'CN=Site 'prod' local CA' at 2024-01-01T00:00:00Z");
        }
    }

    @Test
    void refusesWhatARevokedAuthorityHasIssued() throws Exception {
        TestCa middle = ca.intermediate("middle");
        Files.writeString(file, openssl.list(30, middle.certificate()));

        assertThatThrownBy(() -> trust(true, CLOCK).check(middle.site("prod").chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageStartingWith("the certificate 'CN=middle' of the fetcher was revoked by ");
    }

    @Test
    void isReadAgainWhenItChanges() throws Exception {
        Files.writeString(file, openssl.list(30));
        SiteTrust trust = trust(true, CLOCK);
        trust.check(other.chain(), Peer.FETCHER);

        replace(openssl.list(30, other.certificate()));
        assertRevoked(trust);

        // What cannot be read, or is gone, does not bring anybody back.
        replace("nonsense");
        assertRevoked(trust);
        trust.check(site.chain(), Peer.FETCHER);
        Files.delete(file);
        assertRevoked(trust);

        replace(openssl.list(30));
        trust.check(other.chain(), Peer.FETCHER);
    }

    @Test
    void aListThatIsOverCountsAsWanted() throws Exception {
        Files.writeString(file, openssl.list(30, other.certificate()));

        assertThatThrownBy(() -> trust(true, IN_40_DAYS).check(site.chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageStartingWith(
                        "the revocation list of 'CN=Site 'prod' local CA' in " + file + " was to be replaced at ")
                .hasMessageEndingWith("; put a new list there, or accept that with crl_expired");
        SiteTrust open = trust(false, IN_40_DAYS);
        assertThatCode(() -> open.check(site.chain(), Peer.FETCHER)).doesNotThrowAnyException();
        // It still says whom it says.
        assertRevoked(open);
    }

    @Test
    void noListAtAllCountsAsWanted() throws Exception {
        for (String content : List.of("", "nonsense", ca.pem(), "x".repeat(RevocationFile.MAX_SIZE + 1))) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> trust(true, CLOCK).check(site.chain(), Peer.FETCHER))
                    .as(content)
                    .isInstanceOf(UntrustedPeerException.class)
                    .hasMessageStartingWith("nothing is known of revoked certificates: " + file + ": ");
            assertThatCode(() -> trust(false, CLOCK).check(site.chain(), Peer.FETCHER))
                    .as(content)
                    .doesNotThrowAnyException();
        }
        Files.delete(file);
        assertThatThrownBy(() -> trust(true, CLOCK).check(site.chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageStartingWith("nothing is known of revoked certificates: cannot read " + file);
    }

    @Test
    void aListThatIsNotAllCountsAsWanted() throws Exception {
        Files.writeString(file, openssl.partialList());

        assertThatThrownBy(() -> trust(true, CLOCK).check(site.chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageStartingWith("the revocation list of 'CN=Site 'prod' local CA' in " + file
                        + " is partial, or of a kind that is not understood; ");
        assertThatCode(() -> trust(false, CLOCK).check(site.chain(), Peer.FETCHER))
                .doesNotThrowAnyException();
    }

    /** Time goes on between handshakes. */
    @Test
    void saysOnceWhatItAccepts() throws Exception {
        Files.writeString(file, openssl.list(30));
        List<String> warnings = new ArrayList<>();
        Logger logger = Logger.getLogger("io.agentctl.crl");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getMessage().contains(file.toString())
                        && entry.getLevel().equals(Level.WARNING)) {
                    warnings.add(entry.getMessage());
                }
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        logger.addHandler(handler);
        try {
            SiteTrust open = trust(false, Clock.tick(IN_40_DAYS, Duration.ofNanos(1)));
            for (int i = 0; i < 3; i++) {
                open.check(site.chain(), Peer.FETCHER);
            }
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(warnings).hasSize(1);
    }

    @Test
    void listsOfOthersConcernNobodyHere() throws Exception {
        TestCa namesake = TestCa.ofSite("prod", CLOCK);
        TestCa stranger = TestCa.ofSite("test", CLOCK);
        Files.writeString(
                file,
                new OpensslCa(folder.resolve("namesake"), namesake).list(30, site.certificate())
                        + new OpensslCa(folder.resolve("stranger"), stranger).list(30, site.certificate())
                        + new OpensslCa(folder.resolve("partial"), stranger).partialList());

        assertThatCode(() -> trust(true, IN_40_DAYS).check(site.chain(), Peer.FETCHER))
                .doesNotThrowAnyException();
    }

    @Test
    void holdsManyListsInPemOrOneInDer() throws Exception {
        TestCa stranger = TestCa.ofSite("test", CLOCK);
        String list = openssl.list(30, other.certificate());
        Files.writeString(file, new OpensslCa(folder.resolve("stranger"), stranger).list(30) + list);
        assertRevoked(trust(true, CLOCK));

        Files.write(file, Base64.getMimeDecoder().decode(list.replaceAll("-----[A-Z0-9 ]+-----", "")));
        assertRevoked(trust(true, CLOCK));
    }

    private void assertRevoked(SiteTrust trust) {
        assertThatThrownBy(() -> trust.check(other.chain(), Peer.FETCHER))
                .isInstanceOf(UntrustedPeerException.class)
                .hasMessageContaining("was revoked by");
    }

    /** As careful people replace a file. */
    private void replace(String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private SiteTrust trust(boolean failsClosed, Clock clock) {
        List<X509Certificate> roots = List.of(ca.certificate());
        SiteTrust trust = SiteTrust.pinnedTo(roots, clock).heeding(new RevocationFile(file, failsClosed, clock));
        assertThat(trust.authorities()).isEqualTo(roots);
        return trust;
    }
}

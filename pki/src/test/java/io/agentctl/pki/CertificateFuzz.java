package io.agentctl.pki;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Certificates and keys that anybody may have made: PEM, names, chains. */
public final class CertificateFuzz {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);

    private CertificateFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            CertificateSummary.of(text);
        } catch (PkiException e) {
            demandOneLine(e);
        }
        try {
            Identity.stored(text, text);
        } catch (PkiException e) {
            demandOneLine(e);
        }
        try {
            List<X509Certificate> chain = Pem.certificates(text);
            for (X509Certificate certificate : chain) {
                CommonNames.of(certificate.getSubjectX500Principal());
                RenewalWindow.of(certificate, CLOCK.instant());
            }
            for (PeerCheck.Peer peer : PeerCheck.Peer.values()) {
                judge(SiteTrust.pinnedTo(chain, CLOCK), chain, peer);
            }
        } catch (PkiException e) {
            demandOneLine(e);
        }
    }

    private static void judge(PeerCheck check, List<X509Certificate> chain, PeerCheck.Peer peer) {
        try {
            check.check(chain, peer);
        } catch (UntrustedPeerException e) {
            demandOneLine(e);
        }
    }

    private static void demandOneLine(Exception e) {
        if (e.getMessage().lines().count() != 1) {
            throw new AssertionError("not one line: " + e.getMessage(), e);
        }
    }
}

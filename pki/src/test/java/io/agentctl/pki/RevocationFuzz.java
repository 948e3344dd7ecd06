package io.agentctl.pki;

import java.math.BigInteger;
import java.security.cert.X509CRL;
import java.time.Instant;

/** Revocation lists from wherever an operator gets them. */
public final class RevocationFuzz {
    private static final ImaginarySite SITE = site();

    private RevocationFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        try {
            RevocationLists lists = RevocationLists.parse(data);
            for (X509CRL list : lists.lists()) {
                list.getRevokedCertificate(BigInteger.ONE);
            }
            // Nobody but the imaginary site has its key.
            if (lists.of(SITE.root()).isPresent()) {
                throw new AssertionError("a list was forged");
            }
        } catch (PkiException e) {
            if (e.getMessage().lines().count() != 1) {
                throw new AssertionError("not one line: " + e.getMessage(), e);
            }
        }
    }

    private static ImaginarySite site() {
        try {
            return ImaginarySite.at(Instant.parse("2026-11-25T00:00:00Z"));
        } catch (PkiException e) {
            throw new IllegalStateException(e);
        }
    }
}

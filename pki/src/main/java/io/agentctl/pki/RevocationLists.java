package io.agentctl.pki;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Some certificate revocation lists (RFC 5280, section 5); immutable.
 *
 * @param lists the lists, whoever has signed them
 */
record RevocationLists(List<X509CRL> lists) {
    private static final String BEGIN = "-----BEGIN ";

    /**
     * Reads lists.
     *
     * @param bytes one list in DER, or any number of them in PEM
     * @return the lists
     * @throws PkiException if they are anything else, or none
     */
    static RevocationLists parse(byte[] bytes) throws PkiException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (CRL list : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(bytes))) {
                lists.add((X509CRL) list);
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // The JDK's parser lets some of its own exceptions through.
            throw new PkiException("it holds no certificate revocation lists, or malformed ones", e);
        }
        if (lists.isEmpty()) {
            throw new PkiException(
                    "it holds no certificate revocation list; expected PEM (" + BEGIN + "X509 CRL-----) or DER");
        }
        return new RevocationLists(List.copyOf(lists));
    }

    /**
     * Finds the youngest list of an issuer.
     *
     * @param issuer a certificate with the issuer's name and key
     * @return the list, whose signature is the issuer's; empty if there is none
     */
    Optional<X509CRL> of(X509Certificate issuer) {
        return lists.stream()
                .filter(list -> list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal()))
                .filter(list -> isSignedBy(list, issuer))
                .max(Comparator.comparing(X509CRL::getThisUpdate));
    }

    /**
     * Tells whether a list says of itself that it is not all that its issuer has taken back, or something else that has to be understood (RFC 5280,
     * section 5.2).
     *
     * @param list any list
     */
    static boolean isPartial(X509CRL list) {
        Set<String> critical = list.getCriticalExtensionOIDs();
        return critical != null && !critical.isEmpty();
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            // Another CA of the same name.
            return false;
        }
    }
}

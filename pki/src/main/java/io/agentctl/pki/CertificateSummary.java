package io.agentctl.pki;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who issued a certificate and for which time, for those who do not use it otherwise: reading just that spares the start of the JDK's
 * cryptography, which costs many times as much. Key and extensions are not looked into.
 *
 * @param issuerCommonNames the issuer's common names, first to last
 * @param notBefore start of its validity
 * @param notAfter end of its validity
 */
public record CertificateSummary(List<String> issuerCommonNames, Instant notBefore, Instant notAfter) {
    private static final int BIT_STRING = 0x03;
    private static final int INTEGER = 0x02;
    private static final int SEQUENCE = 0x30;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int VERSION = 0xA0;
    private static final List<Integer> OPTIONAL_TAGS = List.of(0x81, 0x82, 0xA3);

    /** RFC 5280, section 4.1.2.5.1. */
    private static final int FIRST_YEAR_OF_20TH_CENTURY = 50;

    /**
     * Reads the first certificate of a text.
     *
     * @param pem one certificate or a chain, the end entity first
     * @return its summary
     * @throws PkiException if the text is too long, holds no certificate or a malformed one
     */
    public static CertificateSummary of(String pem) throws PkiException {
        List<CertificateSummary> summaries = new ArrayList<>();
        for (byte[] der : Pem.certificateBlocks(pem)) {
            Optional<CertificateSummary> summary = ofPlain(der);
            if (summary.isEmpty()) {
                // Not in the form that everybody uses: the JDK knows all forms, and what is wrong with it.
                return of(Pem.certificate(pem));
            }
            summaries.add(summary.get());
        }
        return summaries.get(0);
    }

    /** Takes the summary from what the JDK has read. */
    static CertificateSummary of(X509Certificate certificate) {
        return new CertificateSummary(
                CommonNames.of(certificate.getIssuerX500Principal()),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /**
     * Reads a certificate of the customary form (RFC 5280, section 4.1).
     *
     * @param der the certificate
     * @return its summary, or empty if it is of any other form
     */
    static Optional<CertificateSummary> ofPlain(byte[] der) {
        try {
            List<DerValue> outer = DerValue.all(ByteBuffer.wrap(der));
            if (!tags(outer).equals(List.of(SEQUENCE))) {
                return Optional.empty();
            }
            List<DerValue> signed = outer.get(0).elements();
            if (!tags(signed).equals(List.of(SEQUENCE, SEQUENCE, BIT_STRING))) {
                return Optional.empty();
            }
            List<DerValue> fields = new ArrayList<>(signed.get(0).elements());
            if (fields.get(0).tag() == VERSION) {
                fields.remove(0);
            }
            return ofFields(fields);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<CertificateSummary> ofFields(List<DerValue> fields) {
        // Serial number, algorithm, issuer, validity, subject, key; then what need not be there.
        List<Integer> expected = List.of(INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE);
        List<Integer> tags = tags(fields);
        if (tags.size() < expected.size()
                || !tags.subList(0, expected.size()).equals(expected)
                || !OPTIONAL_TAGS.containsAll(tags.subList(expected.size(), tags.size()))) {
            return Optional.empty();
        }
        DerValue issuer = fields.get(2);
        List<DerValue> validity = fields.get(3).elements();
        // The JDK sorts names within a set.
        boolean isPlain = validity.size() == 2
                && issuer.elements().stream().allMatch(name -> name.elements().size() == 1);
        return isPlain
                ? Optional.of(new CertificateSummary(
                        CommonNames.of(issuer), instant(validity.get(0)), instant(validity.get(1))))
                : Optional.empty();
    }

    private static List<Integer> tags(List<DerValue> values) {
        return values.stream().map(DerValue::tag).toList();
    }

    private static Instant instant(DerValue time) {
        String digits =
                StandardCharsets.ISO_8859_1.decode(time.content().slice()).toString();
        int yearDigits = time.tag() == GENERALIZED_TIME ? 4 : 2;
        if ((time.tag() != UTC_TIME && time.tag() != GENERALIZED_TIME)
                || digits.length() != yearDigits + 11
                || !digits.endsWith("Z")) {
            throw new IllegalArgumentException("a time of an unusual form");
        }
        int year = number(digits, 0, yearDigits);
        if (time.tag() == UTC_TIME) {
            year += year < FIRST_YEAR_OF_20TH_CENTURY ? 2000 : 1900;
        }
        return LocalDateTime.of(
                        year,
                        number(digits, yearDigits, 2),
                        number(digits, yearDigits + 2, 2),
                        number(digits, yearDigits + 4, 2),
                        number(digits, yearDigits + 6, 2),
                        number(digits, yearDigits + 8, 2))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String digits, int at, int count) {
        int number = 0;
        for (int i = at; i < at + count; i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                throw new IllegalArgumentException("a time of an unusual form");
            }
            number = number * 10 + digits.charAt(i) - '0';
        }
        return number;
    }
}

package io.agentctl.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * A site to practise handshakes with. It exists in the memory of this process alone and its key is never stored: so it can be
 * shipped with nothing, found in nothing, and nobody else can sign for it. Its certificates (RFC 5280, section 4.1) are put together
 * by {@link DerWriter}, since a library for that costs more than the practice saves.
 *
 * @param root the site's root certificate
 * @param fetcher what a fetcher of the site shows
 * @param agent what a host that is registered there shows
 * @param uuid the host's UUID
 */
public record ImaginarySite(X509Certificate root, Identity fetcher, Identity agent, UUID uuid) {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final int LAST_YEAR_OF_UTC_TIME = 2049;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;

    /** Basic constraints, object identifier 2.5.29.19, critical: an authority's. */
    private static final byte[] AUTHORITY = {
        DerWriter.SEQUENCE,
        15,
        0x06,
        3,
        0x55,
        0x1D,
        0x13,
        1,
        1,
        (byte) 0xFF,
        4,
        5,
        DerWriter.SEQUENCE,
        3,
        1,
        1,
        (byte) 0xFF
    };

    /**
     * Makes a site.
     *
     * @param now its certificates are valid for a day before and after
     * @return the site
     * @throws PkiException if this Java runtime cannot make keys or sign
     */
    public static ImaginarySite at(Instant now) throws PkiException {
        UUID uuid = UUID.randomUUID();
        // One key for all three: whose it is makes no difference to the work.
        KeyPair keys = KeyType.EC_P256.generate();
        X509Certificate root = certificate(keys, "practice CA", AUTHORITY, now);
        return new ImaginarySite(
                root,
                Identity.of(keys.getPrivate(), List.of(certificate(keys, "practice", new byte[0], now))),
                Identity.of(keys.getPrivate(), List.of(certificate(keys, uuid.toString(), new byte[0], now))),
                uuid);
    }

    private static X509Certificate certificate(KeyPair keys, String commonName, byte[] extension, Instant now)
            throws PkiException {
        byte[] content = DerWriter.value(
                DerWriter.SEQUENCE,
                DerWriter.value(VERSION, DerWriter.integer(2)),
                DerWriter.integer(1),
                DerWriter.algorithm(),
                DerWriter.name("practice CA"),
                DerWriter.value(DerWriter.SEQUENCE, time(now.minus(LIFE)), time(now.plus(LIFE))),
                DerWriter.name(commonName),
                keys.getPublic().getEncoded(),
                extension.length == 0
                        ? extension
                        : DerWriter.value(EXTENSIONS, DerWriter.value(DerWriter.SEQUENCE, extension)));
        try {
            byte[] der = DerWriter.signed(content, keys.getPrivate());
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new PkiException("this Java runtime cannot make a certificate to practise with", e);
        }
    }

    /** Two digits for the year as long as they do (RFC 5280, section 4.1.2.5). */
    private static byte[] time(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        boolean shortYear = time.getYear() <= LAST_YEAR_OF_UTC_TIME;
        StringBuilder text = new StringBuilder();
        if (!shortYear) {
            twoDigits(time.getYear() / 100, text);
        }
        twoDigits(time.getYear() % 100, text);
        twoDigits(time.getMonthValue(), text);
        twoDigits(time.getDayOfMonth(), text);
        twoDigits(time.getHour(), text);
        twoDigits(time.getMinute(), text);
        twoDigits(time.getSecond(), text);
        return DerWriter.value(
                shortYear ? UTC_TIME : GENERALIZED_TIME,
                text.append('Z').toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void twoDigits(int number, StringBuilder text) {
        text.append(number / 10).append(number % 10);
    }
}

package io.agentctl.pki;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;

/**
 * A site to practise handshakes with. It exists in the memory of this process alone and its key is never stored: so it can be
 * shipped with nothing, found in nothing, and nobody else can sign for it. Its certificates (RFC 5280, section 4.1) are put together
 * here byte by byte, since a library for that costs more than the practice saves.
 *
 * @param root the site's root certificate
 * @param fetcher what a fetcher of the site shows
 * @param agent what a host that is registered there shows
 * @param uuid the host's UUID
 */
public record ImaginarySite(X509Certificate root, Identity fetcher, Identity agent, UUID uuid) {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'");
    private static final int LAST_YEAR_OF_UTC_TIME = 2049;

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0C;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;

    /** Object identifier 1.2.840.10045.4.3.2. */
    private static final byte[] ECDSA_WITH_SHA256 = {0x06, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 4, 3, 2};

    /** Object identifier 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 3, 0x55, 4, 3};

    /** Basic constraints, object identifier 2.5.29.19, critical: an authority's. */
    private static final byte[] AUTHORITY = {
        SEQUENCE, 15, 0x06, 3, 0x55, 0x1D, 0x13, 1, 1, (byte) 0xFF, 4, 5, SEQUENCE, 3, 1, 1, (byte) 0xFF
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
        byte[] algorithm = value(SEQUENCE, ECDSA_WITH_SHA256);
        byte[] content = value(
                SEQUENCE,
                value(VERSION, value(INTEGER, (byte) 2)),
                value(INTEGER, (byte) 1),
                algorithm,
                name("practice CA"),
                value(SEQUENCE, time(now.minus(LIFE)), time(now.plus(LIFE))),
                name(commonName),
                keys.getPublic().getEncoded(),
                extension.length == 0 ? extension : value(EXTENSIONS, value(SEQUENCE, extension)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            byte[] der = value(SEQUENCE, content, algorithm, value(BIT_STRING, new byte[] {0}, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new PkiException("this Java runtime cannot make a certificate to practise with", e);
        }
    }

    private static byte[] name(String commonName) {
        byte[] text = value(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return value(SEQUENCE, value(SET, value(SEQUENCE, COMMON_NAME, text)));
    }

    private static byte[] time(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        boolean soon = time.getYear() <= LAST_YEAR_OF_UTC_TIME;
        String text = (soon ? UTC_TIME : GENERALIZED_TIME).format(time);
        return value(soon ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] value(int tag, byte... content) {
        return value(tag, new byte[][] {content});
    }

    /** Lengths beyond two octets do not occur: no certificate here reaches a kilobyte. */
    private static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        // As short as can be (X.690, section 10.1): BoringSSL takes nothing else.
        if (content.size() >= 0x100) {
            encoded.write(0x82);
            encoded.write(content.size() >> Byte.SIZE);
        } else if (content.size() >= 0x80) {
            encoded.write(0x81);
        }
        encoded.write(content.size());
        encoded.writeBytes(content.toByteArray());
        return encoded.toByteArray();
    }
}

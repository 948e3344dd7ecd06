package io.agentctl.pki;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * Writes the few structures that we sign, in the distinguished encoding rules (X.690). A library for all of ASN.1 would stay in the
 * memory of a daemon that signs one request a year: 15 MB of it, measured.
 */
final class DerWriter {
    static final int INTEGER = 0x02;
    static final int SEQUENCE = 0x30;

    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0C;
    private static final int SET = 0x31;

    /** Object identifier 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 3, 0x55, 4, 3};

    /** Object identifier 1.2.840.10045.4.3.2, without parameters (RFC 5758, section 3.2). */
    private static final byte[] ECDSA_WITH_SHA256 = {
        SEQUENCE, 10, 0x06, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 4, 3, 2
    };

    /** Object identifier 1.2.840.113549.1.1.11, with null for parameters (RFC 4055, section 5). */
    private static final byte[] RSA_WITH_SHA256 = {
        SEQUENCE, 13, 0x06, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 11, 0x05, 0
    };

    private DerWriter() {}

    /** One value; constructed of others where there is more than one part. */
    static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        writeLength(content.size(), encoded);
        encoded.writeBytes(content.toByteArray());
        return encoded.toByteArray();
    }

    static byte[] integer(int small) {
        return new byte[] {INTEGER, 1, (byte) small};
    }

    /** A distinguished name of one common name. */
    static byte[] name(String commonName) {
        byte[] text = value(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return value(SEQUENCE, value(SET, value(SEQUENCE, COMMON_NAME, text)));
    }

    /** The AlgorithmIdentifier of one of {@link KeyType}'s signature algorithms. */
    static byte[] algorithm(String signatureAlgorithm) {
        return (signatureAlgorithm.endsWith("ECDSA") ? ECDSA_WITH_SHA256 : RSA_WITH_SHA256).clone();
    }

    /** A content, how it is signed, and its signature: the outer form of certificates and requests alike. */
    static byte[] signed(byte[] content, String signatureAlgorithm, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(signatureAlgorithm);
        signature.initSign(key);
        signature.update(content);
        byte[] noUnusedBits = {0};
        return value(
                SEQUENCE, content, algorithm(signatureAlgorithm), value(BIT_STRING, noUnusedBits, signature.sign()));
    }

    /** As short as can be (section 10.1): BoringSSL, for one, takes nothing else. */
    private static void writeLength(int length, ByteArrayOutputStream encoded) {
        if (length >= 0x80) {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + Byte.SIZE - 1) / Byte.SIZE;
            encoded.write(0x80 + octets);
            for (int octet = octets - 1; octet > 0; octet--) {
                encoded.write(length >> (octet * Byte.SIZE));
            }
        }
        encoded.write(length);
    }
}

package io.agentctl.pki;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * Writes the few structures of an {@link ImaginarySite}, in the distinguished encoding rules (X.690), signed by ECDSA with SHA-256.
 * Bouncy Castle, which writes what others get to see, would be loaded by every daemon at its start and stay: 15 MB, measured.
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
    private static final byte[] ALGORITHM = {SEQUENCE, 10, 0x06, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 4, 3, 2
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

    /** How everything here is signed, as an AlgorithmIdentifier. */
    static byte[] algorithm() {
        return ALGORITHM.clone();
    }

    /** A content, how it is signed, and its signature: the outer form of a certificate. */
    static byte[] signed(byte[] content, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        byte[] noUnusedBits = {0};
        return value(SEQUENCE, content, ALGORITHM, value(BIT_STRING, noUnusedBits, signature.sign()));
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

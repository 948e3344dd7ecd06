package io.agentctl.pki;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One value in the distinguished encoding rules (X.690, section 8). For bytes that the JDK has parsed before, such as those of a
 * principal: it wants nothing but tags, lengths and text, and a few lines of that cost less than a library on every handshake.
 *
 * @param tag the identifier octet
 * @param content the value's octets
 */
record DerValue(int tag, ByteBuffer content) {
    private static final int LONG_FORM = 0x80;

    /**
     * Reads values that stand one after the other.
     *
     * @param bytes the values, to the end
     * @return the values
     * @throws IllegalArgumentException if the bytes end within a value
     */
    static List<DerValue> all(ByteBuffer bytes) {
        ByteBuffer rest = bytes.slice();
        List<DerValue> values = new ArrayList<>();
        while (rest.hasRemaining()) {
            values.add(next(rest));
        }
        return values;
    }

    /** Returns the values within this one, which must be a sequence or a set. */
    List<DerValue> elements() {
        return all(content);
    }

    /** Returns the text that a string of any type holds (X.680, section 41), or empty if this is no string. */
    Optional<String> text() {
        Charset charset = switch (tag) {
            case 12 -> StandardCharsets.UTF_8;
            case 19, 20, 22, 26, 27 -> StandardCharsets.ISO_8859_1;
            case 28 -> Charset.forName("UTF-32BE");
            case 30 -> StandardCharsets.UTF_16BE;
            default -> null;
        };
        return Optional.ofNullable(charset)
                .map(known -> known.decode(content.slice()).toString());
    }

    private static DerValue next(ByteBuffer rest) {
        if (rest.remaining() < 2) {
            throw new IllegalArgumentException("the encoding ends within a value");
        }
        int tag = rest.get() & 0xFF;
        int length = rest.get() & 0xFF;
        if (length >= LONG_FORM) {
            int octets = length - LONG_FORM;
            if (octets < 1 || octets > 3 || octets > rest.remaining()) {
                throw new IllegalArgumentException("the encoding has no usable length");
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << Byte.SIZE) | (rest.get() & 0xFF);
            }
        }
        if (length > rest.remaining()) {
            throw new IllegalArgumentException("the encoding ends within a value");
        }
        ByteBuffer content = rest.slice(rest.position(), length);
        rest.position(rest.position() + length);
        return new DerValue(tag, content);
    }
}

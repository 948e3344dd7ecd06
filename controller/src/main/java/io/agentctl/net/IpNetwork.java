package io.agentctl.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A single IP address or a CIDR network (RFC 4632, RFC 4291 section 2.3).
 *
 * <p>An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}, RFC 4291 section 2.5.5.2) counts as the IPv4 address it holds, in the
 * network as in the addresses compared with it. Two networks are equal when they hold the same addresses.
 *
 * @param address the first address of the network: what stood in its host bits is cleared
 * @param prefixLength how many leading bits all its addresses share: 0 to 32, with IPv6 0 to 128
 */
public record IpNetwork(InetAddress address, int prefixLength) {
    /** Longest text that {@link #parse} looks at, in characters. */
    public static final int MAX_LENGTH = 64;

    private static final int IPV4_BITS = 32;
    private static final int MAPPED_PREFIX_BITS = 96;
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(:(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3})?");
    private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

    /** @throws IllegalArgumentException if the prefix is longer than the address */
    public IpNetwork {
        byte[] bytes = canonical(address.getAddress());
        if (prefixLength < 0 || prefixLength > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException("'/" + prefixLength + "' is not the prefix length of an IPv"
                    + (bytes.length * Byte.SIZE == IPV4_BITS ? "4" : "6") + " network: expected 0 to "
                    + bytes.length * Byte.SIZE);
        }
        address = ofBytes(masked(bytes, prefixLength));
    }

    /**
     * Reads an address or a network, without ever asking the DNS.
     *
     * @param text such as {@code 192.168.1.0/24}, {@code 10.1.2.3}, {@code ::1} or {@code 2001:db8::/32}
     * @return the network; without a prefix length it holds the one address
     * @throws IllegalArgumentException if the text is neither; short and zero-padded forms of IPv4, zones and netmasks are refused
     */
    public static IpNetwork parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("'" + text.substring(0, MAX_LENGTH)
                    + "…' is not an IP address or network: " + text.length() + " characters");
        }
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = literal(literal, text);
        int bits = address.getAddress().length * Byte.SIZE;
        if (slash < 0) {
            return new IpNetwork(address, bits);
        }
        String prefix = text.substring(slash + 1);
        if (!PREFIX_LENGTH.matcher(prefix).matches()) {
            throw malformed(text);
        }
        boolean mapped = bits == IPV4_BITS && literal.indexOf(':') >= 0;
        int prefixLength = Integer.parseInt(prefix) - (mapped ? MAPPED_PREFIX_BITS : 0);
        if (prefixLength < 0 || prefixLength > bits) {
            int least = mapped ? MAPPED_PREFIX_BITS : 0;
            throw new IllegalArgumentException(
                    "'" + text + "' is not a network: expected a prefix length of " + least + " to " + (least + bits));
        }
        return new IpNetwork(address, prefixLength);
    }

    /**
     * Tells whether an address lies in this network.
     *
     * @param candidate any address; its zone does not matter
     * @return whether it does; never for an address of the other family
     */
    public boolean matches(InetAddress candidate) {
        byte[] bytes = canonical(candidate.getAddress());
        byte[] network = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefixLength), network);
    }

    /** Returns the form that {@link #parse} reads, without the prefix length when it is a single address. */
    @Override
    public String toString() {
        String literal = address.getHostAddress();
        return prefixLength == address.getAddress().length * Byte.SIZE ? literal : literal + "/" + prefixLength;
    }

    private static InetAddress literal(String literal, String text) {
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            throw malformed(text);
        }
        try {
            // The brackets make the JDK take it for an IPv6 address or fail; dotted quads of digits are never looked up
            // either.
            return InetAddress.getByName(literal.indexOf(':') < 0 ? checkedQuad(literal, text) : "[" + literal + "]");
        } catch (UnknownHostException e) {
            throw malformed(text);
        }
    }

    /** The JDK would hand a quad with a number above 255 to the DNS. */
    private static String checkedQuad(String literal, String text) {
        for (String octet : literal.split("\\.", -1)) {
            if (Integer.parseInt(octet) > 255) {
                throw malformed(text);
            }
        }
        return literal;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is not an IP address or network: expected a form such as 192.0.2.1, 192.0.2.0/24, ::1 or 2001:db8::/32");
    }

    private static byte[] canonical(byte[] bytes) {
        if (bytes.length * Byte.SIZE == IPV4_BITS) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1 ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    private static byte[] masked(byte[] bytes, int prefixLength) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.max(0, Math.min(Byte.SIZE, prefixLength - i * Byte.SIZE));
            masked[i] &= (byte) (0xFF << (Byte.SIZE - kept));
        }
        return masked;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}

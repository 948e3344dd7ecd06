package io.agentctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.1.0/24,       192.168.1.77,        true",
        "192.168.1.0/24,       192.168.2.1,         false",
        "192.168.1.99/24,      192.168.1.1,         true",
        "10.0.0.0/8,           10.255.255.255,      true",
        "10.0.0.0/8,           11.0.0.0,            false",
        "10.1.2.128/25,        10.1.2.127,          false",
        "10.1.2.128/25,        10.1.2.200,          true",
        "10.1.2.3,             10.1.2.3,            true",
        "10.1.2.3,             10.1.2.4,            false",
        "10.1.2.3/32,          10.1.2.3,            true",
        "0.0.0.0/0,            203.0.113.9,         true",
        "0.0.0.0/0,            ::1,                 false",
        "::1,                  ::1,                 true",
        "::1,                  127.0.0.1,           false",
        "::/0,                 2001:db8::1,         true",
        "::/0,                 192.0.2.1,           false",
        "2001:db8::/32,        2001:db8:ffff::1,    true",
        "2001:db8::/32,        2001:db9::1,         false",
        "2001:DB8::5/33,       2001:db8:7fff::1,    true",
        "2001:db8::5/33,       2001:db8:8000::1,    false",
        "::ffff:192.0.2.1,     192.0.2.1,           true",
        "::ffff:192.0.2.0/120, 192.0.2.200,         true",
        "::ffff:192.0.2.0/120, 192.0.3.1,           false",
        "::ffff:c000:201,      192.0.2.1,           true",
    })
    void decidesWhoIsInside(String network, String candidate, boolean inside) throws UnknownHostException {
        assertThat(IpNetwork.parse(network).matches(InetAddress.getByName(candidate)))
                .isEqualTo(inside);
    }

    @Test
    void takesAnIpv4MappedPeerForTheIpv4AddressItHolds() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        Inet6Address peer = Inet6Address.getByAddress(null, mapped, -1);

        assertThat(peer.getAddress()).hasSize(16);
        assertThat(IpNetwork.parse("10.1.2.0/24").matches(peer)).isTrue();
        assertThat(IpNetwork.parse("::/0").matches(peer)).isFalse();
    }

    @Test
    void ignoresTheZoneOfAPeer() throws UnknownHostException {
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();

        assertThat(IpNetwork.parse("fe80::/10").matches(Inet6Address.getByAddress(null, linkLocal, 3)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.1.99/24,      192.168.1.0/24",
        "192.168.1.99/32,      192.168.1.99",
        "::ffff:10.0.0.1/104,  10.0.0.0/8",
        "2001:db8::1/64,       2001:db8:0:0:0:0:0:0/64",
    })
    void writesTheNetworkWithItsHostBitsCleared(String text, String canonical) {
        assertThat(IpNetwork.parse(text)).hasToString(canonical).isEqualTo(IpNetwork.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/",
                "/24",
                "localhost",
                "abc",
                "example.invalid/24",
                "10",
                "10.1",
                "10.1.2",
                "10.1.2.3.4",
                "10.1.2.256",
                "10.1.2.03",
                "0x7f.0.0.1",
                "10.1.2.3 ",
                "10.1.2.3/",
                "10.1.2.3/33",
                "10.1.2.3/-1",
                "10.1.2.3/+8",
                "10.1.2.3/08",
                "10.1.2.3/8/8",
                "10.1.2.3/255.0.0.0",
                "10.1.2.3/99999999999",
                "[::1]",
                ":",
                ":::",
                "::1::",
                "1:2:3",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::1/129",
                "fe80::1%eth0",
                "::ffff:10.1.2.3/95",
                "::ffff:10.1.2.256",
                "::ffff:10.1.2",
                "::ffff:010.1.2.3",
                "١٠.1.2.3",
                "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpNetwork.parse(text))
                .withMessageMatching("'.*' is not (an IP address or network|a network): .+");
    }

    @Property
    void holdsExactlyTheAddressesThatShareItsPrefix(
            @ForAll @Size(16) byte[] first,
            @ForAll @Size(16) byte[] second,
            @ForAll boolean ipv6,
            @ForAll @IntRange(max = 128) int bits,
            @ForAll boolean related)
            throws UnknownHostException {
        int length = ipv6 ? 16 : 4;
        int prefixLength = bits % (length * 8 + 1);
        byte[] network = Arrays.copyOf(first, length);
        byte[] candidate = Arrays.copyOf(second, length);
        if (ipv6) {
            // Keeps clear of ::ffff:0:0/96, which counts as IPv4.
            network[0] |= 1;
            candidate[0] |= 1;
        }
        for (int bit = 0; related && bit < prefixLength; bit++) {
            copyBit(network, candidate, bit);
        }

        IpNetwork parsed = IpNetwork.parse(InetAddress.getByAddress(network).getHostAddress() + "/" + prefixLength);

        assertThat(parsed.matches(InetAddress.getByAddress(candidate)))
                .isEqualTo(sharedBits(network, candidate) >= prefixLength);
        assertThat(IpNetwork.parse(parsed.toString())).isEqualTo(parsed);
    }

    @Property
    void neverFailsOtherwiseThanByRefusing(@ForAll @StringLength(max = 80) String text) {
        try {
            assertThat(IpNetwork.parse(text).prefixLength()).isBetween(0, 128);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("is not");
        }
    }

    private static void copyBit(byte[] from, byte[] to, int bit) {
        int mask = 0x80 >>> (bit % 8);
        to[bit / 8] = (byte) ((to[bit / 8] & ~mask) | (from[bit / 8] & mask));
    }

    private static int sharedBits(byte[] a, byte[] b) {
        int bit = 0;
        while (bit < a.length * 8 && ((a[bit / 8] ^ b[bit / 8]) & (0x80 >>> (bit % 8))) == 0) {
            bit++;
        }
        return bit;
    }
}

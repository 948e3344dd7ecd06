package io.agentctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where to listen, as users write it. */
class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:6556, 10.0.0.5, 6556",
        "10.0.0.5, 10.0.0.5, -1",
        "[fd00::5]:6556, fd00::5, 6556",
        "[fd00::5], fd00::5, -1",
        "fd00::5, fd00::5, -1",
        "::, ::, -1",
        "0.0.0.0:0, 0.0.0.0, 0",
        "eth0, eth0, -1",
        "eth0:6557, eth0, 6557",
        "enp0s31f6.100:65535, enp0s31f6.100, 65535",
    })
    void isAnAddressOrAnInterfaceWithOrWithoutPort(String text, String host, int port) {
        ListenAddress address = ListenAddress.parse(text);

        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port().orElse(-1)).isEqualTo(port);
        assertThat(ListenAddress.parse(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":6556",
                "10.0.0.5:",
                "10.0.0.5:65536",
                "10.0.0.5:1234567",
                "10.0.0.256",
                "10.0.0",
                "10.0.0.0/8",
                "[fd00::5",
                "[10.0.0.5]:6556x",
                "[]:6556",
                "fd00::5::1",
                "fd00::/64",
                "*:6556",
                "eth0:",
                "eth 0",
                "-eth0"
            })
    void isNothingElse(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'" + text
                                + "' is not an address to listen on: expected a form such as 10.0.0.5:6556, [fd00::5]:6556, 10.0.0.5 or eth0");
    }

    @Test
    void isFoundOnThisHost() throws Exception {
        assertThat(ListenAddress.parse("127.0.0.1").resolve(6556))
                .containsExactly(
                        new InetSocketAddress(IpNetwork.parse("127.0.0.1").address(), 6556));
        NetworkInterface link =
                NetworkInterface.getByInetAddress(IpNetwork.parse("127.0.0.1").address());
        assertThat(ListenAddress.parse(link.getName() + ":6557").resolve(6556))
                .contains(new InetSocketAddress(IpNetwork.parse("127.0.0.1").address(), 6557));
        assertThatThrownBy(() -> ListenAddress.parse("nosuch0").resolve(6556))
                .isInstanceOf(SocketException.class)
                .hasMessage("there is no network interface 'nosuch0'");
    }
}

package io.agentctl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a puller's address is written for the agent: as RFC 5952 recommends, which is what agents' rules are compared with. */
class RequesterTest {
    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:db8:0:0:0:0:0:1, 2001:db8::1",
        "2001:0db8:0000:0000:0000:0000:0002:0001, 2001:db8::2:1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        // One group of zeros is no run.
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "0:1:1:1:1:1:1:1, 0:1:1:1:1:1:1:1",
        "1:1:1:1:1:1:1:0, 1:1:1:1:1:1:1:0",
        "0:1:0:1:0:1:0:1, 0:1:0:1:0:1:0:1",
        // The longest run, and of equals the first.
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:0:0:0:1:0:0:1, 2001::1:0:0:1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:1:0:0:0:0:0, 0:0:1::",
        "0:0:0:1:0:0:0:1, ::1:0:0:0:1",
        // Zeros within a group are no zeros.
        "10:0:0:100:0:0:0:1000, 10:0:0:100::1000",
        "a0:0:0:b0:1:1:1:1, a0::b0:1:1:1:1",
        "2001:DB8:0:0:0:0:0:ABCD, 2001:db8::abcd",
        "64:ff9b:0:0:0:0:c000:201, 64:ff9b::c000:201",
        "fe80:0:0:0:1:2:3:4, fe80::1:2:3:4",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "192.0.2.1, 192.0.2.1",
        "10.0.0.0, 10.0.0.0",
        "0.0.0.0, 0.0.0.0",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void writesAddressesAsEverybodyDoes(String address, String text) throws Exception {
        assertThat(Requester.at(InetAddress.getByName(address)).text()).isEqualTo(text);
        assertThat(InetAddress.getByName(text)).isEqualTo(InetAddress.getByName(address));
    }

    @Test
    void saysNothingOfOurselves() {
        assertThat(Requester.OURSELVES.text()).isEmpty();
    }
}

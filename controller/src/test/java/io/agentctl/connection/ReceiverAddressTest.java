package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A site's agent receiver and its port. */
class ReceiverAddressTest {
    @ParameterizedTest
    @CsvSource({
        "monitoring.example.com/prod, 8000,  monitoring.example.com:8000/prod",
        "10.1.2.3/prod,               1,     10.1.2.3:1/prod",
        "[2001:db8::1]/prod,          65535, [2001:db8::1]:65535/prod",
    })
    void isWrittenWithItsPort(String site, int port, String text) {
        assertThat(new ReceiverAddress(SiteId.parse(site), port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_536, Integer.MAX_VALUE})
    void refusesWhatIsNoPort(int port) {
        SiteId site = SiteId.parse("h/s");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReceiverAddress(site, port))
                .withMessage("'" + port + "' is not a TCP port: expected 1 to 65535");
    }
}

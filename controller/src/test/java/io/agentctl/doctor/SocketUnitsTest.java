package io.agentctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of systemd's socket units has a port, by what {@code systemctl show} prints. */
class SocketUnitsTest {
    private static final String UNITS = """
            Id=dbus.socket
            Listen=/run/dbus/system_bus_socket (Stream)

            Listen=[::]:6556 (Stream)
            Id=check-mk-agent.socket

            Listen=[::]:16556 (Stream)
            Listen=10.0.0.1:22 (Stream)
            Listen=6000 (Stream)
            Id=many.socket

            Id=other.socket
            Listen=[::]:53 (Datagram)
            """;

    @Test
    void isToldByItsAddress() {
        SocketUnits units = new SocketUnits(List.of("printf", "%s", UNITS));

        assertThat(units.apply(6556)).contains("check-mk-agent.socket");
        assertThat(units.apply(22)).contains("many.socket");
        assertThat(units.apply(6000)).contains("many.socket");
        assertThat(units.apply(53)).isEmpty();
        assertThat(units.apply(556)).isEmpty();
    }

    @Test
    void isNotToldWhereThereIsNoSystemd() {
        assertThat(new SocketUnits(List.of("no-such-program")).apply(6556)).isEmpty();
        assertThat(new SocketUnits(List.of("false")).apply(6556)).isEmpty();
    }
}

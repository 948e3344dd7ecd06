package io.agentctl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources and requesters as text. */
class AgentSourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final String FORMS = " is not an agent: expected unix:PATH, tcp:HOST:PORT or exec:COMMAND";
    private static final String TCP_FORM =
            " is not an agent: expected tcp:HOST:PORT, such as tcp:localhost:28250 or tcp:[::1]:28250";

    static Stream<Arguments> sources() {
        return Stream.of(
                Arguments.of(
                        "unix:/run/check-mk-agent.socket",
                        new UnixSource(Path.of("/run/check-mk-agent.socket"), PATIENCE)),
                Arguments.of("unix:relative:with colon", new UnixSource(Path.of("relative:with colon"), PATIENCE)),
                Arguments.of("tcp:localhost:28250", new TcpSource("localhost", 28_250, PATIENCE)),
                Arguments.of("tcp:my_host-1.example.com:1", new TcpSource("my_host-1.example.com", 1, PATIENCE)),
                Arguments.of("tcp:10.1.2.3:65535", new TcpSource("10.1.2.3", 65_535, PATIENCE)),
                Arguments.of("tcp:[::1]:6556", new TcpSource("::1", 6556, PATIENCE)),
                Arguments.of("tcp:[2001:DB8::1]:6556", new TcpSource("2001:DB8::1", 6556, PATIENCE)),
                Arguments.of("exec:/usr/bin/check_mk_agent", new CommandSource("/usr/bin/check_mk_agent", PATIENCE)),
                Arguments.of("exec:FOO=1 a:b | c", new CommandSource("FOO=1 a:b | c", PATIENCE)));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void readsWhatUsersWriteAndWritesItBack(String text, AgentSource source) {
        assertThat(AgentSource.parse(text, PATIENCE)).isEqualTo(source);
        assertThat(source.description()).isEqualTo(text);
    }

    @Test
    void readsWindowsSpellings() {
        assertThat(AgentSource.parse("ip/localhost:28250", PATIENCE))
                .isEqualTo(AgentSource.parse("tcp:localhost:28250", PATIENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSource.parse("ip/localhost", PATIENCE))
                .withMessage("'tcp:localhost'" + TCP_FORM);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSource.parse("ms/Global\\WinAgent_12", PATIENCE))
                .withMessage("'ms/Global\\WinAgent_12' is a mailslot, which is not supported; let the agent listen on"
                        + " ip/localhost:28250");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "unix",
                "unix:",
                "tcp:",
                "exec:",
                "exec: \t",
                "UNIX:/run/x",
                " unix:/run/x",
                "/run/x",
                "http://localhost:80",
                "localhost:28250"
            })
    void namesTheThreeForms(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSource.parse(text, PATIENCE))
                .withMessage("'" + text + "'" + FORMS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp:localhost", "tcp:localhost:", "tcp::28250", "tcp:localhost:0", "tcp:localhost:65536",
                "tcp:localhost:99999999999", "tcp:localhost:-1", "tcp:localhost:http", "tcp:::1:28250", "tcp:[::1]",
                "tcp:[::1]28250", "tcp:[localhost]:28250", "tcp:a b:1", "tcp:localhost:28250 ", "tcp:localhost:١"
            })
    void namesTheFormOfTcp(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSource.parse(text, PATIENCE))
                .withMessage("'" + text + "'" + TCP_FORM);
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll("texts") String text) {
        try {
            assertThat(AgentSource.parse(text, PATIENCE).description()).startsWith(text.substring(0, 4));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining(" is not an agent: expected ");
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("", "unix:", "tcp:", "tcp:[", "exec:")
                .flatMap(kind -> Arbitraries.strings().ofMaxLength(30).map(rest -> kind + rest));
    }

    static Stream<Arguments> requesters() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        return Stream.of(
                Arguments.of(Requester.OURSELVES, ""),
                Arguments.of(Requester.at(InetAddress.getByName("10.1.2.3")), "10.1.2.3"),
                Arguments.of(Requester.at(InetAddress.getByAddress("a.name", new byte[] {10, 1, 2, 3})), "10.1.2.3"),
                Arguments.of(Requester.at(Inet6Address.getByAddress(null, mapped, -1)), "10.1.2.3"),
                Arguments.of(Requester.at(InetAddress.getByName("2001:db8::1")), "2001:db8::1"),
                Arguments.of(Requester.at(Inet6Address.getByAddress(null, linkLocal, 3)), "fe80::1"));
    }

    @ParameterizedTest
    @MethodSource("requesters")
    void anAgentIsToldTheAddressWithoutZoneAndMapping(Requester requester, String text) {
        assertThat(requester.text()).isEqualTo(text);
    }
}

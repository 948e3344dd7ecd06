package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The name of a site as the registry and the command line spell it. */
class SiteIdTest {
    private static final String LONG_SERVER = "s".repeat(SiteId.MAX_SERVER_LENGTH);
    private static final String LONG_SITE = "s".repeat(SiteId.MAX_SITE_LENGTH);

    @ParameterizedTest
    @CsvSource({
        "monitoring.example.com/prod, monitoring.example.com, prod",
        "monitoring/prod,             monitoring,             prod",
        "Monitoring.Example.COM/prod, Monitoring.Example.COM, prod",
        "under_score/_site,           under_score,            _site",
        "10.1.2.3/my-site_2,          10.1.2.3,               my-site_2",
        "[2001:db8::1]/prod,          [2001:db8::1],          prod",
        "[fe80::1%eth0]/prod,         [fe80::1%eth0],         prod",
        "[::ffff:10.1.2.3]/prod,      [::ffff:10.1.2.3],      prod",
        "h/0,                         h,                      0",
    })
    void readsAndWritesServerAndSite(String text, String server, String site) {
        assertThat(SiteId.parse(text)).isEqualTo(new SiteId(server, site)).hasToString(text);
    }

    @Test
    void acceptsTheLongestNames() {
        SiteId longest = new SiteId(LONG_SERVER, LONG_SITE);

        assertThat(SiteId.parse(longest.toString())).isEqualTo(longest);
    }

    static Stream<Arguments> malformed() {
        String noServer = " is not a server: expected a host name, an IPv4 address or an IPv6 address in brackets";
        String noSite = " is not a site name: expected letters, digits, '_' and '-', such as 'prod'";
        return Stream.of(
                Arguments.of("", "'' is not of the form server/site"),
                Arguments.of("prod", "'prod' is not of the form server/site"),
                Arguments.of("x".repeat(300), "'" + "x".repeat(253) + "…' is not of the form server/site"),
                Arguments.of("/prod", "''" + noServer),
                Arguments.of("h:8000/prod", "'h:8000'" + noServer),
                Arguments.of("2001:db8::1/prod", "'2001:db8::1'" + noServer),
                Arguments.of("[]/prod", "'[]'" + noServer),
                Arguments.of("[::1/prod", "'[::1'" + noServer),
                Arguments.of("[::1]x/prod", "'[::1]x'" + noServer),
                Arguments.of("a b/prod", "'a b'" + noServer),
                Arguments.of("user@h/prod", "'user@h'" + noServer),
                Arguments.of("größe/prod", "'größe'" + noServer),
                Arguments.of(" h/prod", "' h'" + noServer),
                Arguments.of("h\n/prod", "'h\n'" + noServer),
                Arguments.of(LONG_SERVER + "s/prod", "'" + LONG_SERVER + "…'" + noServer),
                Arguments.of("h/", "''" + noSite),
                Arguments.of("h/a/b", "'a/b'" + noSite),
                Arguments.of("h/-a", "'-a'" + noSite),
                Arguments.of("h/..", "'..'" + noSite),
                Arguments.of("h/a b", "'a b'" + noSite),
                Arguments.of("h/a\n", "'a\n'" + noSite),
                Arguments.of("h/" + LONG_SITE + "s", "'" + LONG_SITE + "s'" + noSite),
                Arguments.of("https://h/prod", "'https:'" + noServer));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void saysWhichPartIsWrong(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SiteId.parse(text))
                .withMessage(message);
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            assertThat(SiteId.parse(text)).hasToString(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s)'.*' is not .+");
        }
    }
}

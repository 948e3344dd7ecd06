package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When certificates are renewed. */
class RenewalWindowTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final TestCa CA = TestCa.ofAgents("prod", Clock.fixed(NOW, ZoneOffset.UTC));
    private static final KeyPair KEY = TestKeys.ec();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration FIVE_YEARS = years(5);

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("new, five years", FIVE_YEARS, FIVE_YEARS, RenewalWindow.NOT_DUE),
                Arguments.of("five years, 46 days left", FIVE_YEARS, days(46), RenewalWindow.NOT_DUE),
                Arguments.of("five years, 45 days left", FIVE_YEARS, days(45), RenewalWindow.NOT_DUE),
                Arguments.of(
                        "five years, a second less than 45 days left",
                        FIVE_YEARS,
                        days(45).minus(SECOND),
                        RenewalWindow.DUE),
                Arguments.of("five years, 44 days left", FIVE_YEARS, days(44), RenewalWindow.DUE),
                Arguments.of("135 days, a third of its life left", days(135), days(45), RenewalWindow.NOT_DUE),
                Arguments.of("new, 90 days", days(90), days(90), RenewalWindow.NOT_DUE),
                Arguments.of("90 days, 44 days left", days(90), days(44), RenewalWindow.NOT_DUE),
                Arguments.of("90 days, a third of its life left", days(90), days(30), RenewalWindow.NOT_DUE),
                Arguments.of(
                        "90 days, a second less than a third left",
                        days(90),
                        days(30).minus(SECOND),
                        RenewalWindow.DUE),
                Arguments.of("90 days, a second left", days(90), SECOND, RenewalWindow.DUE),
                Arguments.of("in its last second", FIVE_YEARS, Duration.ZERO, RenewalWindow.DUE),
                Arguments.of("expired by a second", FIVE_YEARS, SECOND.negated(), RenewalWindow.EXPIRED),
                Arguments.of("expired by a year", FIVE_YEARS, years(1).negated(), RenewalWindow.EXPIRED),
                Arguments.of("not valid for another day", days(90), days(91), RenewalWindow.NOT_DUE),
                Arguments.of("a thousand years", years(1000), years(1000), RenewalWindow.DUE),
                Arguments.of(
                        "a second more than 500 years", years(1000), years(500).plus(SECOND), RenewalWindow.DUE),
                Arguments.of("500 years", years(1000), years(500), RenewalWindow.NOT_DUE),
                Arguments.of("499 years", years(499), years(499), RenewalWindow.NOT_DUE),
                Arguments.of("the longest that sites issue", years(50), years(50), RenewalWindow.NOT_DUE));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("windows")
    void tellsWhereInItsLifeACertificateIs(String name, Duration life, Duration left, RenewalWindow window) {
        X509Certificate certificate = certificate(NOW.plus(left).minus(life), NOW.plus(left));

        assertThat(RenewalWindow.of(certificate, NOW)).as(name).isEqualTo(window);
    }

    /** What is due stays due until it is renewed or has expired. */
    @Property(tries = 300)
    void neverGoesBack(
            @ForAll @LongRange(min = 1, max = 60L * 365 * 86_400) long life,
            @ForAll @LongRange(min = 0, max = 61L * 365 * 86_400) long earlier,
            @ForAll @LongRange(min = 0, max = 86_400L * 60) long later) {
        X509Certificate certificate = certificate(NOW, NOW.plusSeconds(life));
        Instant moment = NOW.plusSeconds(earlier);

        RenewalWindow before = RenewalWindow.of(certificate, moment);
        RenewalWindow after = RenewalWindow.of(certificate, moment.plusSeconds(later));

        assertThat(before).isLessThanOrEqualTo(after);
    }

    /** Or every look would renew it. */
    @Property(tries = 100)
    void aNewCertificateIsNotDue(@ForAll @LongRange(min = 1, max = 500L * 365 * 86_400) long life) {
        X509Certificate certificate = certificate(NOW, NOW.plusSeconds(life));

        assertThat(RenewalWindow.of(certificate, NOW)).isEqualTo(RenewalWindow.NOT_DUE);
    }

    private static X509Certificate certificate(Instant start, Instant end) {
        return CA.issue("web1").key(KEY).valid(start, end).mint().certificate();
    }

    private static Duration days(long days) {
        return Duration.ofDays(days);
    }

    private static Duration years(long years) {
        return Duration.ofDays(365 * years);
    }
}

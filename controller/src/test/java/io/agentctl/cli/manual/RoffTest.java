package io.agentctl.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A text stays a text, whatever a formatter would make of it. */
class RoffTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                ".so /etc/passwd      | \\&.so /etc/passwd",
                "'quoted'             | \\(aqquoted\\(aq",
                "C:\\new              | C:\\enew",
                "well-known           | well\\-known",
                "~/x ^y `z`           | \\(ti/x \\(hay \\(gaz\\(ga",
                "an ü and a €         | an \\[u00FC] and a \\[u20AC]",
                "with -v or --force.  | with \\fB\\-v\\fR or \\fB\\-\\-force\\fR.",
                "-vv, --key-type=rsa  | \\fB\\-vv\\fR, \\fB\\-\\-key\\-type\\fR=rsa",
            })
    void wordsComeOutAsTheyAre(String words, String roff) {
        assertThat(lines(empty().words(words))).containsExactly(roff);
    }

    @Test
    void examplesKeepTheirLines() {
        assertThat(lines(empty().verbatim(List.of(".a \\", "    -b"))))
                .containsExactly(".PP", ".RS 4", ".nf", "\\&.a \\e", "    \\-b", ".fi", ".RE");
    }

    @Test
    void whatStandsForSomethingElseIsInItalics() {
        assertThat(lines(empty().synopsis("a-b c [-d] -s=HOST[:PORT] FILE")))
                .containsExactly("a\\-b c [\\fB\\-d\\fR] \\fB\\-s\\fR=\\fIHOST\\fR[:\\fIPORT\\fR] \\fIFILE\\fR");
    }

    @Test
    void headingsAreOneArgument() {
        assertThat(lines(empty().section("SEE \"ALSO\""))).containsExactly(".SH \"SEE \\(dqALSO\\(dq\"");
    }

    private static Roff empty() {
        return new Roff("T", 8, "2026-11-24", "t 1");
    }

    /** Without the beginning of every page. */
    private static List<String> lines(Roff page) {
        return page.toString().lines().skip(3).toList();
    }
}

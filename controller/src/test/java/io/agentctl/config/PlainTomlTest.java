package io.agentctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where plain TOML is read without the library, the library would have read the same. */
class PlainTomlTest {
    private static final Path FILE = Path.of("cmk-agent-ctl.toml");

    @Property
    void readsWhatTheLibraryReads(@ForAll("files") String file) throws Exception {
        assertThat(PlainToml.read(file)).contains(Toml.parsed(FILE, file));
    }

    /** One character more, less or other: whatever it reads of that, the library reads, too. */
    @Property(tries = 5000)
    void readsNothingThatTheLibraryRefuses(
            @ForAll("files") String file,
            @ForAll @IntRange(max = 10_000) int position,
            @ForAll("replacements") String replacement,
            @ForAll @IntRange(max = 2) int cut)
            throws Exception {
        int at = position % (file.length() + 1);
        String changed = file.substring(0, at) + replacement + file.substring(Math.min(file.length(), at + cut));

        Optional<Map<String, Object>> plain = PlainToml.read(changed);
        if (plain.isPresent() && !changed.isBlank()) {
            assertThat(plain).contains(Toml.parsed(FILE, changed));
        }
    }

    @Test
    void readsTheFileThatPackagesBring() throws Exception {
        String file =
                Files.readString(Path.of("..", "installer", "src", "main", "dist", "setup", "cmk-agent-ctl.toml"));
        assertThat(PlainToml.read(file)).contains(Map.of());

        String chosen = file.replace("#allowed_ip = []", "allowed_ip = [\"192.168.1.0/24\", \"::1\"]  # ours")
                .replace("#pull_port = 6556", "pull_port=6557")
                .replace("#warm_up = true", "\twarm_up = false");
        assertThat(PlainToml.read(chosen))
                .contains(Map.of("allowed_ip", List.of("192.168.1.0/24", "::1"), "pull_port", 6557, "warm_up", false))
                .contains(Toml.parsed(FILE, chosen));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[table]",
                "a.b = 1",
                "\"a\" = 1",
                "a = 'b'",
                "a = \"\"\"b\"\"\"",
                "a = \"\\u0041\"",
                "a = -1",
                "a = 1.5",
                "a = 1_000",
                "a = 01",
                "a = 0x10",
                "a = 1234567890",
                "a = 2026-11-28",
                "a = [1]",
                "a = [\"b\",]",
                "a = [\n\"b\"]",
                "a = {b = 1}",
                "a = 1\r\n",
                "a = 1\na = 2",
                "a = 1 b = 2",
                "a",
                "a =",
                "= 1",
                "a = True",
                "# \u0007",
                "a = \"b"
            })
    void leavesToTheLibraryWhatIsNotPlain(String file) {
        assertThat(PlainToml.read(file)).isEmpty();
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.maps(
                        Arbitraries.strings()
                                .withChars("abzAZ09_-")
                                .ofMinLength(1)
                                .ofMaxLength(6),
                        values())
                .ofMinSize(1)
                .ofMaxSize(6)
                .flatMap(entries -> Combinators.combine(
                                Arbitraries.of("", " ", "\t "),
                                Arbitraries.of("", "# a comment = \"\u00fc\"", "#"),
                                Arbitraries.of("", "\n", "\n# between\n\n"))
                        .as((blank, comment, between) -> entries.entrySet().stream()
                                .map(entry -> blank + entry.getKey() + blank + "=" + blank + entry.getValue() + blank
                                        + comment)
                                .collect(Collectors.joining("\n" + between))));
    }

    @Provide
    Arbitrary<String> replacements() {
        return Arbitraries.of(
                "", "\"", "\"\"", "[", "]", ",", "#", "=", "\n", "\r", "\\", "'", " ", ".", "-", "_", "0", "1e5",
                "\u0000", "\u007f", "{", "}");
    }

    private static Arbitrary<String> values() {
        Arbitrary<String> string = Arbitraries.strings()
                .withChars("abc #=[],'\t\u00fc\u20ac{}.")
                .ofMaxLength(8)
                .map(text -> '"' + text + '"');
        return Arbitraries.oneOf(
                Arbitraries.of("true", "false"),
                Arbitraries.integers().between(0, 999_999_999).map(String::valueOf),
                string,
                string.list().ofMaxSize(3).map(list -> "[" + String.join(" , ", list) + "]"));
    }
}

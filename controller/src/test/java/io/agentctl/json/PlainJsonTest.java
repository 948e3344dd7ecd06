package io.agentctl.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where plain JSON is read or written without the library, the library would have done the same. */
class PlainJsonTest {
    private static final int LIMIT = JsonText.MAX_STRING_LENGTH;

    @Property
    void readsWhatTheLibraryReads(@ForAll("objects") Map<String, Object> object) throws Exception {
        String compact = JsonText.printed(object);
        String pretty = JsonText.pretty(object);

        assertThat(PlainJson.read(compact)).contains(JsonText.parsed(compact));
        assertThat(PlainJson.read(pretty)).contains(JsonText.parsed(compact));
    }

    @Property
    void writesWhatTheLibraryWrites(@ForAll("objects") Map<String, Object> object) {
        assertThat(PlainJson.write(object)).contains(JsonText.printed(object));
    }

    /** One character more, less or other: whatever it reads of that, the library reads, too. */
    @Property(tries = 5000)
    void readsNothingThatTheLibraryRefuses(
            @ForAll("objects") Map<String, Object> object,
            @ForAll @IntRange(max = 10_000) int position,
            @ForAll("replacements") String replacement,
            @ForAll @IntRange(max = 2) int cut)
            throws Exception {
        String text = JsonText.printed(object);
        int at = position % text.length();
        String changed = text.substring(0, at) + replacement + text.substring(Math.min(text.length(), at + cut));

        Optional<Map<String, Object>> plain = PlainJson.read(changed);
        if (plain.isPresent()) {
            assertThat(plain).contains(JsonText.parsed(changed));
        }
    }

    @Test
    void readsEveryEscape() throws Exception {
        String text = "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\u0000\"}";

        assertThat(PlainJson.read(text)).contains(Map.of("a", "\"\\/\b\f\n\r\tä\0"));
        assertThat(JsonText.parsed(text)).isEqualTo(Map.of("a", "\"\\/\b\f\n\r\tä\0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{}x",
                "{} {}",
                "\uFEFF{}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":[1,]}",
                "{\"a\":tru}",
                "{\"a\":trueish}",
                "{\"a\":01}",
                "{\"a\":-1}",
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":1234567890}",
                "{\"a\":NaN}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u123g\"}",
                "{\"a\":\"\\u１２３４\"}",
                "{\"a\":\"b",
                "{\"a\":\"b\\",
                "{\"a\":\"\\uD83D\\ude00\"}",
                "{\"a\":\"\\uD83D\"}",
                "{\"a\":1 /* why */}",
            })
    void leavesAnythingElseToTheLibrary(String text) {
        assertThat(PlainJson.read(text)).isEmpty();
    }

    @Test
    void leavesBoundsToTheLibrary() {
        String deepest = "{\"a\":".repeat(JsonText.MAX_DEPTH - 1) + "{}" + "}".repeat(JsonText.MAX_DEPTH - 1);

        assertThat(PlainJson.read(deepest)).isPresent();
        assertThat(PlainJson.read("{\"a\":" + deepest + "}")).isEmpty();
        assertThat(PlainJson.read("{\"a\":\"" + "x".repeat(LIMIT) + "\"}")).isPresent();
        assertThat(PlainJson.read("{\"a\":\"" + "x".repeat(LIMIT + 1) + "\"}")).isEmpty();
        assertThat(PlainJson.read("{\"" + "x".repeat(1025) + "\":1}")).isEmpty();
    }

    @Test
    void leavesOtherValuesToTheLibrary() {
        Map<Object, Object> numbered = new HashMap<>();
        numbered.put(1, "a");

        assertThat(PlainJson.write(Map.of("a", 1L))).isEmpty();
        assertThat(PlainJson.write(Map.of("a", List.of(1.5)))).isEmpty();
        assertThat(PlainJson.write(numbered)).isEmpty();
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("ab\"\\/\b\f\n\r\t\0\u001f\u007f\u2028äß😀{}[]:, ")
                .ofMaxLength(12);
        Arbitrary<Object> leaves = Arbitraries.oneOf(
                texts.map(text -> text),
                Arbitraries.integers().between(0, 999_999_999).map(number -> number),
                Arbitraries.of(true, false).map(truth -> truth),
                Arbitraries.just(null));
        Arbitrary<Object> values = Arbitraries.lazyOf(
                () -> leaves,
                () -> leaves,
                () -> leaves.list().ofMaxSize(3).map(ArrayList::new),
                () -> Arbitraries.maps(texts, leaves).ofMaxSize(3).map(LinkedHashMap::new));
        return Arbitraries.maps(texts, values).ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> replacements() {
        return Arbitraries.of(
                "", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "1", "-", ".", "e", " ", "\n", "/", "u", "null",
                "true", "\\u0041");
    }
}

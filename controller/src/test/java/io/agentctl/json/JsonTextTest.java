package io.agentctl.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

/** JSON objects in and out: exact, ordered, bounded, and never quoted in an error. */
class JsonTextTest {

    static Stream<Arguments> malformed() {
        String bounds = "it holds a text of more than 65536 characters, an endless number or more than 32 levels";
        return Stream.of(
                Arguments.of("", "it is not a JSON object"),
                Arguments.of(" \n", "it is not a JSON object"),
                Arguments.of("[]", "it is not a JSON object"),
                Arguments.of("1", "it is not a JSON object"),
                Arguments.of("\"secret\"", "it is not a JSON object"),
                Arguments.of("secret", "it is not valid JSON at line 1, column 1"),
                Arguments.of("{\"a\":secret}", "it is not valid JSON at line 1, column 6"),
                Arguments.of("{\n\"a\" \"secret\"}", "it is not valid JSON at line 2, column 5"),
                Arguments.of("{\"a\":\"secret", "it is not valid JSON at line 1, column 13"),
                Arguments.of("{'a':1}", "it is not valid JSON at line 1, column 2"),
                Arguments.of("{\"a\":NaN}", "it is not valid JSON at line 1, column 9"),
                Arguments.of("{\"a\":01}", "it is not valid JSON at line 1, column 7"),
                Arguments.of("{\"a\":1,}", "it is not valid JSON at line 1, column 8"),
                Arguments.of("{\"a\":\"\u0001\"}", "it is not valid JSON at line 1, column 7"),
                Arguments.of("{\"a\":1} secret", "it is not valid JSON at line 1, column 9"),
                Arguments.of("{\"a\":1}{}", "something follows the JSON object at line 1, column 9"),
                Arguments.of("{\"a\":1}]", "it is not valid JSON at line 1, column 8"),
                Arguments.of("{\"a\":1,\"a\":2}", "it is not valid JSON at line 1, column 12"),
                Arguments.of("{\"a\":" + "[".repeat(100_000), bounds + " at line 1, column 38"),
                Arguments.of("{\"a\":".repeat(100_000), bounds + " at line 1, column 162"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void saysWhereAndNeverWhat(String text, String message) {
        assertThatThrownBy(() -> JsonText.object(text))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessage(message)
                .hasNoCause();
    }

    @Test
    void boundsTexts() throws Exception {
        String longest = "x".repeat(JsonText.MAX_STRING_LENGTH);
        assertThat(JsonText.object("{\"a\":\"" + longest + "\"}")).containsEntry("a", longest);
        for (String text : List.of(
                "{\"a\":\"" + longest + "x\"}",
                "{\"" + longest + "x\":1}",
                "{\"a\":" + "1".repeat(2000) + "}",
                "{\"a\":0." + "1".repeat(2000) + "}")) {
            assertThatThrownBy(() -> JsonText.object(text))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessageStartingWith("it holds a text of more than 65536 characters, an endless number or more"
                            + " than 32 levels at line 1, column ");
        }
    }

    @Test
    void nestsAsDeepAsItSays() throws Exception {
        int lists = JsonText.MAX_DEPTH - 1;
        String deepest = "{\"a\":" + "[".repeat(lists) + "]".repeat(lists) + "}";
        assertThat(JsonText.compact(JsonText.object(deepest))).isEqualTo(deepest);
    }

    @Test
    void keepsOrderDigitsAndNulls() throws Exception {
        String text =
                "{\"z\":1,\"a\":null,\"m\":12345678901234567890123,\"f\":1.10,\"e\":1E+400,\"t\":true,\"l\":[{}]}";

        Map<String, Object> object = JsonText.object(text);
        assertThat(object.keySet()).containsExactly("z", "a", "m", "f", "e", "t", "l");
        assertThat(object)
                .containsEntry("m", new BigInteger("12345678901234567890123"))
                .containsEntry("f", new BigDecimal("1.10"));
        assertThat(JsonText.compact(object)).isEqualTo(text);
    }

    @Test
    void writesOneLine() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("b", List.of());
        fields.put("a", "x\n\"\\\u0001\u007fä😀/");
        assertThat(JsonText.compact(fields)).isEqualTo("{\"b\":[],\"a\":\"x\\n\\\"\\\\\\u0001\u007fä😀/\"}");
    }

    @Test
    void writesForPeople() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("b", Map.of("c", 1));
        fields.put("a", List.of("x"));
        assertThat(JsonText.pretty(fields))
                .isEqualTo("{\n  \"b\": {\n    \"c\": 1\n  },\n  \"a\": [\n    \"x\"\n  ]\n}\n");
    }

    @Test
    void demandsTypes() throws Exception {
        assertThat(JsonText.object(Map.of("a", 1), "x")).isEqualTo(Map.of("a", 1));
        assertThat(JsonText.array(List.of(1), "x")).isEqualTo(List.of(1));
        assertThat(JsonText.string("s", "x")).isEqualTo("s");
        for (Object other : Arrays.asList(null, 1, true)) {
            assertThatThrownBy(() -> JsonText.object(other, "x")).hasMessage("at x: expected an object");
            assertThatThrownBy(() -> JsonText.array(other, "x")).hasMessage("at x: expected an array");
            assertThatThrownBy(() -> JsonText.string(other, "x")).hasMessage("at x: expected a string");
        }
    }

    @Property
    void survivesAnyText(@ForAll("texts") String text) {
        Throwable failure = catchThrowable(() -> JsonText.object(text));
        if (failure != null) {
            assertThat(failure).isInstanceOf(MalformedJsonException.class);
            assertThat(failure.getMessage().lines()).hasSize(1);
        }
    }

    @Property
    void readsWhatItWrote(@ForAll Map<String, List<String>> fields) throws Exception {
        Map<String, ?> sound = fields.entrySet().stream()
                .filter(field ->
                        isSound(field.getKey()) && field.getValue().stream().allMatch(JsonTextTest::isSound))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(JsonText.object(JsonText.compact(sound))).isEqualTo(sound);
        assertThat(JsonText.object(JsonText.pretty(sound))).isEqualTo(sound);
        assertThat(JsonText.compact(sound).lines()).hasSize(1);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("{}[]\",:\\ \n0-9.eEtrufalsn\u0000\ud800é")
                .ofMaxLength(40);
    }

    /** Half a character has no UTF-8 form. */
    private static boolean isSound(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}

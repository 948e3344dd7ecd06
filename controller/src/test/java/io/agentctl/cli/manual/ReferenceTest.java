package io.agentctl.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of variables and failures is what the sources say. */
class ReferenceTest {
    private static final Pattern VARIABLE = Pattern.compile("\"((?:AGENT_CTL|DEBUG)_[A-Z_]+)\"");

    /** String literals that a line's end has cut in two are one. */
    private static final String SOURCES = sources().replaceAll("\"\\s*\\+\\s*\"", "");

    static Stream<String> failures() {
        return Reference.FAILURES.stream().map(Entry::term);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsToldInTheWordsOfItsMessage(String words) {
        assertThat(SOURCES).contains(words);
    }

    @Test
    void everyVariableThatIsReadIsTold() {
        assertThat(Reference.ENVIRONMENT.stream().map(Entry::term))
                .containsAll(VARIABLE.matcher(SOURCES)
                        .results()
                        .map(match -> match.group(1))
                        .toList())
                .contains("DEBUG_HOME_DIR");
    }

    private static String sources() {
        return Stream.of("../controller/src/main/java", "../pki/src/main/java")
                .map(ReferenceTest::textBelow)
                .collect(Collectors.joining("\n"));
    }

    private static String textBelow(String folder) {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    // It would find itself.
                    .filter(file -> !file.endsWith("Reference.java"))
                    .map(ReferenceTest::text)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

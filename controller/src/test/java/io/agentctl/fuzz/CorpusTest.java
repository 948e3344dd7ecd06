package io.agentctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@code scripts/fuzz} starts from and has found, tried again at every build. */
class CorpusTest {
    /** Holds a folder for every target, by the name of its class. */
    private static final Path CORPUS = Path.of("src", "test", "corpus");

    @TestFactory
    Stream<DynamicNode> isBorne() throws IOException {
        return targets().stream().flatMap(CorpusTest::inputs);
    }

    @Test
    void hasInputsForEveryTarget() throws IOException {
        assertThat(Stream.of(Path.of("src", "test", "java"), Path.of("..", "pki", "src", "test", "java"))
                        .flatMap(sources -> names(sources).stream())
                        .filter(name -> name.endsWith("Fuzz.java"))
                        .map(name -> name.substring(0, name.length() - ".java".length())))
                .containsExactlyInAnyOrderElementsOf(targets().stream()
                        .map(name -> name.substring(name.lastIndexOf('.') + 1))
                        .toList());
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> targets() throws IOException {
        try (Stream<Path> folders = Files.list(CORPUS)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static Stream<DynamicNode> inputs(String target) {
        try (Stream<Path> files = Files.list(CORPUS.resolve(target))) {
            List<Path> inputs = files.sorted().toList();
            assertThat(inputs).as(target).isNotEmpty();
            return inputs.stream()
                    .map(input -> DynamicTest.dynamicTest(
                            target + " " + input.getFileName(), () -> run(target, Files.readAllBytes(input))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String target, byte... input) throws Throwable {
        try {
            Class.forName(target).getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

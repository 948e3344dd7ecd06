package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.log.RotatingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is appended to, renamed when it is full, and never larger than its bounds. */
class LogFileTest {
    /** Nine of them fill a file. */
    private static final String EVENT = "x".repeat((int) LogFile.MAX_SIZE / 10);

    @TempDir
    private Path folder;

    @Test
    void isAppendedToAndMakesItsFolder() throws Exception {
        Path path = folder.resolve("a").resolve("b").resolve("agent-ctl.log");
        LogFile.open(path).append("first");
        LogFile.open(path).append("zweitens: ü");

        assertThat(Files.readAllLines(path)).containsExactly("first", "zweitens: ü");
    }

    @Test
    void keepsTheYoungestAndForgetsTheOldest() throws Exception {
        RotatingFile log = LogFile.open(folder.resolve("agent-ctl.log"));
        int events = 9 * (LogFile.KEPT + 3);
        for (int number = 0; number < events; number++) {
            log.append(number + " " + EVENT);
        }

        assertThat(names())
                .containsExactly(
                        "agent-ctl.log", "agent-ctl.log.1", "agent-ctl.log.2", "agent-ctl.log.3", "agent-ctl.log.4");
        assertThat(numbers("agent-ctl.log")).startsWith(events - 9).endsWith(events - 1);
        assertThat(numbers("agent-ctl.log.1")).startsWith(events - 18).endsWith(events - 10);
        assertThat(numbers("agent-ctl.log.4")).startsWith(events - 45).endsWith(events - 37);
        for (String name : names()) {
            assertThat(Files.size(folder.resolve(name))).isLessThanOrEqualTo(LogFile.MAX_SIZE);
        }
    }

    @Test
    void keepsAnEventInOnePieceHoweverLargeItIs() throws Exception {
        RotatingFile log = LogFile.open(folder.resolve("agent-ctl.log"));
        log.append("small");
        log.append("y".repeat((int) LogFile.MAX_SIZE + 1));
        log.append("small again");

        assertThat(Files.readAllLines(folder.resolve("agent-ctl.log.2"))).containsExactly("small");
        assertThat(Files.size(folder.resolve("agent-ctl.log.1")))
                .isEqualTo(LogFile.MAX_SIZE + 1 + System.lineSeparator().length());
        assertThat(Files.readAllLines(folder.resolve("agent-ctl.log"))).containsExactly("small again");
    }

    @Test
    void growsOnWhereNothingCanBeRenamedAndTriesAgainLater() throws Exception {
        RotatingFile log = LogFile.open(folder.resolve("agent-ctl.log"));
        // What cannot be replaced: a folder that is not empty.
        Files.createDirectory(folder.resolve("agent-ctl.log.3"));
        Path obstacle =
                Files.createDirectories(folder.resolve("agent-ctl.log.4").resolve("in the way"));
        for (int number = 0; number < 10; number++) {
            log.append(number + " " + EVENT);
        }
        assertThat(numbers("agent-ctl.log")).startsWith(0).endsWith(9);

        Files.delete(obstacle);
        for (int number = 10; number < 20; number++) {
            log.append(number + " " + EVENT);
        }
        assertThat(numbers("agent-ctl.log.1")).startsWith(0).endsWith(18);
        assertThat(numbers("agent-ctl.log")).containsExactly(19);
    }

    /** As the daemon and its commands write to one audit log. */
    @Test
    void isSharedByWritersThatRenameIt() throws Exception {
        Path path = folder.resolve("agent-ctl.log");
        List<RotatingFile> writers = List.of(LogFile.open(path), LogFile.open(path), LogFile.open(path));
        for (int number = 0; number < 40; number++) {
            writers.get(number % writers.size()).append(number + " " + EVENT);
        }

        assertThat(numbers("agent-ctl.log.4")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(numbers("agent-ctl.log")).containsExactly(36, 37, 38, 39);
    }

    @Test
    void isWrittenAnewWhenOthersHaveMovedIt() throws Exception {
        Path path = folder.resolve("agent-ctl.log");
        RotatingFile log = LogFile.open(path);
        log.append("before");
        Files.move(path, folder.resolve("kept"));
        log.append("after");

        assertThat(Files.readAllLines(folder.resolve("kept"))).containsExactly("before");
        assertThat(Files.readAllLines(path)).containsExactly("after");
    }

    @Test
    void isWrittenByThreadsThatAreInterrupted() throws Exception {
        RotatingFile log = LogFile.open(folder.resolve("agent-ctl.log"));
        Thread.currentThread().interrupt();
        try {
            log.append("stopping");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        log.append("still there");

        assertThat(Files.readAllLines(folder.resolve("agent-ctl.log"))).containsExactly("stopping", "still there");
    }

    @Test
    void saysWhatItCannotWrite() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> LogFile.open(file.resolve("agent-ctl.log")))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("cannot write the log file " + file.resolve("agent-ctl.log") + ": ");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<Integer> numbers(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name)).stream()
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
    }
}

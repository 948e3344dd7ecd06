package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.json.JsonText;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an event of the log looks like. */
class LogFormatTest {
    private static final Instant TIME = Instant.parse("2026-11-24T02:03:04.567Z");

    private final Exception failure =
            new IOException("above", new IllegalStateException("between", new InterruptedException()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PLAIN    | ERROR | 2026-11-24T02:03:04.567Z ERROR pull: it failed",
                "PLAIN    | TRACE | 2026-11-24T02:03:04.567Z TRACE pull: it failed",
                "JOURNALD | ERROR | <3>pull: it failed",
                "JOURNALD | WARN  | <4>pull: it failed",
                "JOURNALD | INFO  | <6>pull: it failed",
                "JOURNALD | DEBUG | <7>pull: it failed",
                "JOURNALD | TRACE | <7>pull: it failed",
                "JSON     | WARN  | {\"time\":\"2026-11-24T02:03:04.567Z\",\"level\":\"warn\",\"area\":\"pull\",\"message\":\"it failed\"}",
            })
    void isOneLine(LogFormat format, LogLevel level, String line) {
        assertThat(format.line(event(level, "it failed"))).isEqualTo(line);
    }

    @Test
    void hasCausesWhereTheyAreWanted() throws Exception {
        LogEvent event = event(LogLevel.WARN, "it failed");

        assertThat(event.of(failure, LogLevel.WARN)).isEqualTo(event);
        assertThat(event.of(null, LogLevel.TRACE)).isEqualTo(event);
        assertThat(LogFormat.JOURNALD.line(event.of(failure, LogLevel.DEBUG)))
                .isEqualTo(
                        "<4>pull: it failed; caused by IllegalStateException: between; caused by InterruptedException");
        assertThat(JsonText.object(LogFormat.JSON.line(event.of(failure, LogLevel.INFO))))
                .containsEntry("causes", List.of("IllegalStateException: between", "InterruptedException"))
                .doesNotContainKey("trace");
    }

    @Test
    void hasAStackTraceWhereThatIsWanted() throws Exception {
        LogEvent event = event(LogLevel.WARN, "it failed").of(failure, LogLevel.TRACE);

        assertThat(LogFormat.PLAIN.line(event))
                .startsWith("2026-11-24T02:03:04.567Z WARN pull: it failed; caused by IllegalStateException: between;"
                        + " caused by InterruptedException | java.io.IOException: above | at ")
                .contains(" | Caused by: java.lang.IllegalStateException: between | ")
                .hasLineCount(1);
        assertThat(JsonText.object(LogFormat.JSON.line(event)).get("trace").toString())
                .startsWith("java.io.IOException: above" + System.lineSeparator() + "\tat ")
                .contains("Caused by: java.lang.InterruptedException");
    }

    @Test
    void showsWhatIsNotPrintable() {
        LogEvent event = event(LogLevel.INFO, "a\nb\r\n\tc\u001b[2J\u0085d\u2028e\u202ef\u0000 ü C:\\new");

        assertThat(LogFormat.JOURNALD.line(event))
                .isEqualTo("<6>pull: a\\nb\\r\\n\\tc\\u001b[2J\\u0085d\\u2028e\\u202ef\\u0000 ü C:\\new");
    }

    /** Whatever stands in a message or comes with a failure, nobody can make it look like two events. */
    @Property
    void staysOneLine(@ForAll String message, @ForAll String cause, @ForAll LogFormat format) throws Exception {
        LogEvent event =
                event(LogLevel.ERROR, message).of(new IOException(message, new IOException(cause)), LogLevel.TRACE);
        String line = format.line(event);

        assertThat(line.codePoints())
                .noneMatch(unit -> List.of(
                                Character.CONTROL,
                                Character.FORMAT,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR)
                        .contains((byte) Character.getType(unit)));
        if (format == LogFormat.JSON) {
            assertThat(line).matches("[ -~]*");
            Map<String, Object> object = JsonText.object(line);
            assertThat(object).containsOnlyKeys("time", "level", "area", "message", "causes", "trace");
            assertThat(object).containsEntry("message", message);
            assertThat(object).containsEntry("causes", List.of("IOException: " + cause));
        }
    }

    @Test
    void everyLevelOfTheJdkIsOneOfOurs() {
        assertThat(Stream.of(
                                Level.OFF,
                                Level.SEVERE,
                                Level.WARNING,
                                Level.INFO,
                                Level.CONFIG,
                                Level.FINE,
                                Level.FINER,
                                Level.FINEST,
                                Level.ALL)
                        .map(LogLevel::of))
                .containsExactly(
                        LogLevel.ERROR,
                        LogLevel.ERROR,
                        LogLevel.WARN,
                        LogLevel.INFO,
                        LogLevel.DEBUG,
                        LogLevel.DEBUG,
                        LogLevel.TRACE,
                        LogLevel.TRACE,
                        LogLevel.TRACE);
    }

    @Test
    void formatsHaveNames() {
        assertThat(LogFormat.parse("Journald")).isEqualTo(LogFormat.JOURNALD);
        assertThatThrownBy(() -> LogFormat.parse("xml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'xml' must be \"plain\", \"journald\" or \"json\"");
    }

    @ParameterizedTest
    @CsvSource({
        "        ,          , PLAIN   , PLAIN",
        "        , json     , JSON    , JSON",
        "JSON    , plain    , JSON    , JSON",
        "JOURNALD,          , JOURNALD, JOURNALD",
    })
    void theOptionWinsOverTheEnvironment(LogFormat option, String environment, LogFormat stderr, LogFormat file) {
        LogSettings settings = LogSettings.of(
                environment == null ? Map.of() : Map.of("AGENT_CTL_LOG_FORMAT", environment),
                LogLevels.NONE,
                Optional.ofNullable(option),
                0);

        assertThat(settings.stderr()).isEqualTo(stderr);
        assertThat(settings.file()).isEqualTo(file);
    }

    private static LogEvent event(LogLevel level, String message) {
        return new LogEvent(TIME, level, "pull", message, List.of(), Optional.empty());
    }
}

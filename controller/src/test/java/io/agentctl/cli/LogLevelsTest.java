package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of the log is told: what is understood, who wins, and what of it reaches a logger. */
class LogLevelsTest {
    private static final String AREAS =
            "\"audit\", \"config\", \"connection\", \"crl\", \"daemon\", \"door\", \"live\", \"pull\", \"push\", \"registration\","
                    + " \"registry\" or \"renewal\"";

    @Test
    void readsALevelAndAreas() {
        assertThat(LogLevels.parse("debug,pull=trace,renewal=off"))
                .isEqualTo(new LogLevels(
                        Optional.of(LogLevel.DEBUG),
                        Map.of(LogArea.PULL, LogLevel.TRACE, LogArea.RENEWAL, LogLevel.OFF)));
        assertThat(LogLevels.parse(" Pull = TRACE , INFO "))
                .isEqualTo(new LogLevels(Optional.of(LogLevel.INFO), Map.of(LogArea.PULL, LogLevel.TRACE)));
        assertThat(LogLevels.parse("crl=error").general()).isEmpty();
    }

    @Property
    void readsWhatIsWritten(@ForAll("levels") LogLevels levels) {
        Stream<String> areas = levels.areas().entrySet().stream().map(area -> area.getKey() + "=" + area.getValue());
        String spec = Stream.concat(levels.general().map(Enum::name).stream(), areas)
                .collect(Collectors.joining(","))
                .toLowerCase(Locale.ROOT);

        if (!spec.isEmpty()) {
            assertThat(LogLevels.parse(spec)).isEqualTo(levels);
        }
    }

    /** Whatever it is given, it understands or says what is wrong. */
    @Property
    void neverFailsOtherwise(@ForAll("nearMisses") String spec) {
        try {
            LogLevels levels = LogLevels.parse(spec);
            assertThat(levels.general().isPresent() || !levels.areas().isEmpty())
                    .isTrue();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s)(level|area) '.*' must be .*|'.*' is one level too many in '.*'");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "loud           | level 'loud' must be LEVELS",
                "pull           | level 'pull' must be LEVELS",
                "info,          | level '' must be LEVELS",
                "info,pull=     | level '' must be LEVELS",
                "pull=trace=off | level 'trace=off' must be LEVELS",
                "pul=trace      | area 'pul' must be AREAS",
                "=trace         | area '' must be AREAS",
                "info,debug     | 'debug' is one level too many in 'info,debug'",
                "pull=off,pull=off | 'pull=off' is one level too many in 'pull=off,pull=off'",
            })
    void namesWhatThereIs(String spec, String complaint) {
        assertThatThrownBy(() -> LogLevels.parse(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(complaint
                        .replace("LEVELS", "\"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"")
                        .replace("AREAS", AREAS));
    }

    /** Columns: option, environment, count of -v, level of pull, level of all others. */
    @ParameterizedTest
    @CsvSource({
        "            ,            , 0, WARN, WARN",
        "            ,            , 1, INFO, INFO",
        "            ,            , 9, TRACE, TRACE",
        "            , error      , 3, ERROR, ERROR",
        "            , pull=error , 1, ERROR, INFO",
        "info        , error      , 3, INFO, INFO",
        "info        , pull=trace , 3, INFO, INFO",
        "pull=off    , error      , 3, OFF, ERROR",
        "pull=off    , push=trace , 2, OFF, DEBUG",
        "pull=off    , pull=trace , 0, OFF, WARN",
    })
    void theOptionWinsOverTheEnvironmentOverVerbosity(
            String option, String environment, int verbose, LogLevel pull, LogLevel others) {
        LogSettings settings = LogSettings.of(
                environment == null ? Map.of() : Map.of("AGENT_CTL_LOG", environment),
                option == null ? LogLevels.NONE : LogLevels.parse(option),
                Optional.empty(),
                verbose);

        assertThat(settings.of("io.agentctl.pull")).isEqualTo(pull);
        assertThat(settings.of("io.agentctl.daemon")).isEqualTo(others);
        assertThat(settings.of("io.netty.channel")).isEqualTo(others);
        assertThat(settings.general()).isEqualTo(others);
    }

    /** As service managers have it where it is switched off. */
    @Test
    void anEmptyVariableSaysNothing() {
        assertThat(LogSettings.of(Map.of("AGENT_CTL_LOG", ""), LogLevels.NONE, Optional.empty(), 0)
                        .general())
                .isEqualTo(LogLevel.WARN);
    }

    @Test
    void everyLoggersAreaIsKnown() throws Exception {
        Set<String> named = new TreeSet<>();
        for (Path sources : List.of(Path.of("src", "main"), Path.of("..", "pki", "src", "main"))) {
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    named.addAll(loggers(file));
                }
            }
        }

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(LogArea.values()).map(LogArea::logger).toList());
    }

    /** A name that is no constant would escape the list above: none but the log itself may have one. */
    private static List<String> loggers(Path file) throws IOException {
        String source = Files.readString(file);
        assertThat(source).as(file.toString()).doesNotContain("System.getLogger(");
        if (!file.endsWith(Path.of("cli", "StreamLog.java"))) {
            assertThat(source).as(file.toString()).doesNotContainPattern("Logger\\s*\\.getLogger\\((?!\")");
            assertThat(source).as(file.toString()).doesNotContain("Logger::getLogger");
        }
        return Pattern.compile("Logger\\s*\\.getLogger\\(\"([^\"]+)\"")
                .matcher(source)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Provide
    Arbitrary<LogLevels> levels() {
        return Combinators.combine(
                        Arbitraries.of(LogLevel.class).optional(),
                        Arbitraries.maps(Arbitraries.of(LogArea.class), Arbitraries.of(LogLevel.class)))
                .as(LogLevels::new);
    }

    @Provide
    Arbitrary<String> nearMisses() {
        return Arbitraries.oneOf(
                        Arbitraries.of("info", "pull", "=", ",", " ", "off", "crl", "TRACE", "\u0000", "daemon=warn"),
                        Arbitraries.strings().ofMaxLength(3))
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }
}

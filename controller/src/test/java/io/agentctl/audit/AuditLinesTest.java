package io.agentctl.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.audit.AuditEvent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One line of ASCII an event, whatever others would like to stand there. */
class AuditLinesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2031-05-06T07:08:09.123456Z"), ZoneOffset.UTC);

    private final List<String> lines = new ArrayList<>();

    @Test
    void hasTimeAndKindAndWhatIsKnown() {
        record(AuditEvent.of(Kind.SERVED)
                .with(Field.SENT_BYTES, 28_841L)
                .with(Field.CONNECTION, "server/site")
                .with(Field.PROXY, Optional.empty())
                .with(Field.PEER_PORT, 40_001));

        assertThat(lines)
                .containsExactly("{\"time\":\"2031-05-06T07:08:09.123Z\",\"event\":\"served\","
                        + "\"connection\":\"server/site\",\"peer_port\":40001,\"sent_bytes\":28841}");
    }

    @Test
    void isNotSteeredByWhatOthersChose() throws Exception {
        String name = "x\"}\n{\"event\":\"served\u001b[2J\u202eevil\u2028\u0000\ud83d\ude00\\";
        record(AuditEvent.of(Kind.REFUSED).because(Cause.UNTRUSTED_CERTIFICATE, name));

        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line).matches("[ -~]*").contains("\"event\":\"refused\"");
            Map<String, Object> fields = JSON.std.mapFrom(line);
            assertThat(fields)
                    .containsEntry("event", "refused")
                    .containsEntry("cause", "untrusted-certificate")
                    .containsEntry("reason", name);
        });
    }

    @Test
    void isBounded() {
        record(AuditEvent.of(Kind.REFUSED).with(Field.PEER_NAME, "é".repeat(100_000)));

        assertThat(lines.get(0)).hasSizeLessThan(6 * AuditLines.MAX_TEXT + 100).endsWith("...\"}");
    }

    /** Nobody is to be refused because a disk is full. */
    @Test
    void goesOnWithoutASinkAndSaysSo() {
        List<String> log = new ArrayList<>();
        Logger logger = Logger.getLogger("io.agentctl.audit");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        logger.addHandler(handler);
        try {
            boolean[] full = {true};
            AuditLog audit = new AuditLines(
                    line -> {
                        if (full[0]) {
                            throw new IOException("No space left on device");
                        }
                        lines.add(line);
                    },
                    CLOCK);
            audit.record(AuditEvent.of(Kind.STARTED));
            audit.record(AuditEvent.of(Kind.STOPPED));
            full[0] = false;
            audit.record(AuditEvent.of(Kind.STARTED));
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(lines).hasSize(1);
        assertThat(log)
                .containsExactly(
                        "SEVERE cannot write the audit log: No space left on device; it goes on without",
                        "WARNING the audit log is written again; 2 events are lost");
    }

    /** The schema is an interface. */
    @Test
    void theDocumentNamesAllThereIs() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "audit.md"));

        assertThat(firstColumn(document, "Fields"))
                .containsExactlyElementsOf(
                        Stream.of(Field.values()).map(Field::label).toList());
        assertThat(firstColumn(document, "Events"))
                .containsExactlyElementsOf(
                        Stream.of(Kind.values()).map(Kind::label).toList());
        assertThat(firstColumn(document, "Causes"))
                .containsExactlyElementsOf(
                        Stream.of(Cause.values()).map(Cause::label).toList());
    }

    private static List<String> firstColumn(String document, String heading) {
        String section = document.split("(?m)^## " + heading + "$", 2)[1].split("(?m)^## ", 2)[0];
        return Pattern.compile("(?m)^\\| `([a-z_-]+)`")
                .matcher(section)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private void record(AuditEvent event) {
        new AuditLines(lines::add, CLOCK).record(event);
    }
}

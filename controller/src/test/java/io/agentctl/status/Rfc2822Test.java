package io.agentctl.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates as sites parse them: English, padded with zeroes, in UTC, whatever language this host speaks. */
class Rfc2822Test {

    @ParameterizedTest
    @CsvSource({
        "2021-12-16T08:18:41Z, 'Thu, 16 Dec 2021 08:18:41 +0000'",
        "3020-04-18T08:18:41Z, 'Tue, 18 Apr 3020 08:18:41 +0000'",
        "2026-09-01T00:00:00Z, 'Tue, 01 Sep 2026 00:00:00 +0000'",
        "2026-02-01T01:02:03.999Z, 'Sun, 01 Feb 2026 01:02:03 +0000'",
        "1999-12-31T23:59:59Z, 'Fri, 31 Dec 1999 23:59:59 +0000'",
        "2024-02-29T12:00:00Z, 'Thu, 29 Feb 2024 12:00:00 +0000'",
        "9999-12-31T23:59:59Z, 'Fri, 31 Dec 9999 23:59:59 +0000'",
        "0950-01-02T00:00:00Z, 'Fri, 02 Jan 0950 00:00:00 +0000'",
    })
    void areWrittenInFull(Instant instant, String text) {
        assertThat(Rfc2822.format(instant)).isEqualTo(text);
    }

    @Test
    void knowAllMonthsAndDays() {
        List<String> months = List.of(
                "Sun, 01 Jan",
                "Wed, 01 Feb",
                "Wed, 01 Mar",
                "Sat, 01 Apr",
                "Mon, 01 May",
                "Thu, 01 Jun",
                "Sat, 01 Jul",
                "Tue, 01 Aug",
                "Fri, 01 Sep",
                "Sun, 01 Oct",
                "Wed, 01 Nov",
                "Fri, 01 Dec");
        for (int month = 1; month <= 12; month++) {
            assertThat(Rfc2822.format(Instant.parse("2023-%02d-01T00:00:00Z".formatted(month))))
                    .isEqualTo(months.get(month - 1) + " 2023 00:00:00 +0000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai", "ja-JP-u-ca-japanese", "en-AU"})
    void doNotDependOnTheLanguage(String language) throws Exception {
        Process java = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Speaker.class.getName(),
                        language)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        java.getInputStream().transferTo(out);
        assertThat(java.waitFor()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("Fri, 01 Sep 3020 08:05:09 +0000");
    }

    /** A process that speaks another language from its start. */
    static final class Speaker {
        private Speaker() {}

        public static void main(String[] arguments) {
            Locale.setDefault(Locale.forLanguageTag(arguments[0]));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
            System.out.print(Rfc2822.format(Instant.parse("3020-09-01T08:05:09Z")));
        }
    }
}

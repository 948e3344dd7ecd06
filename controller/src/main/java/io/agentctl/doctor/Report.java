package io.agentctl.doctor;

import io.agentctl.json.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Puts findings into words for people, or into JSON for programs. */
public final class Report {
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Report() {}

    /**
     * How words look on a terminal.
     */
    public enum Look {
        /** As text. */
        PLAIN {
            @Override
            String of(Verdict verdict, String word) {
                return word;
            }
        },
        /** In colours (ECMA-48, section 8.3.117). */
        COLOURED {
            @Override
            String of(Verdict verdict, String word) {
                int colour = switch (verdict) {
                    case OK -> 32;
                    case WARNING -> 33;
                    case FAILURE -> 31;
                };
                return "\u001b[" + colour + "m" + word + "\u001b[0m";
            }
        };

        abstract String of(Verdict verdict, String word);
    }

    /**
     * Writes one chapter.
     *
     * @param chapter the chapter
     * @param look how it is to look
     * @return a heading and a line for every finding and remedy, without a newline at the end
     */
    public static String text(Chapter chapter, Look look) {
        StringBuilder text = new StringBuilder(printable(chapter.subject()));
        for (Finding finding : chapter.findings()) {
            String word = finding.verdict() == Verdict.OK
                    ? "ok     "
                    : finding.verdict().name();
            text.append("\n  ")
                    .append(look.of(finding.verdict(), word))
                    .append("  ")
                    .append(printable(finding.text()));
            finding.remedy().ifPresent(remedy -> text.append("\n           ").append(printable(remedy)));
        }
        return text.toString();
    }

    /**
     * Writes all chapters.
     *
     * @param version our version
     * @param chapters the chapters
     * @return one line of JSON
     */
    public static String json(String version, List<Chapter> chapters) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("version", version);
        report.put("worst", worst(chapters).label());
        List<Map<String, Object>> findings = new ArrayList<>();
        for (Chapter chapter : chapters) {
            for (Finding finding : chapter.findings()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("subject", chapter.subject());
                fields.put("verdict", finding.verdict().label());
                fields.put("text", finding.text());
                finding.remedy().ifPresent(remedy -> fields.put("remedy", remedy));
                findings.add(fields);
            }
        }
        report.put("findings", findings);
        return JsonText.compact(report);
    }

    /**
     * Returns the worst verdict of all.
     *
     * @param chapters the chapters
     */
    public static Verdict worst(List<Chapter> chapters) {
        return chapters.stream().map(Chapter::worst).max(Verdict::compareTo).orElse(Verdict.OK);
    }

    /** Names and errors come from others, and shall not steer the terminal. */
    private static String printable(String text) {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }
}

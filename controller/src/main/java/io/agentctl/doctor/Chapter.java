package io.agentctl.doctor;

import java.util.Comparator;
import java.util.List;

/**
 * The findings about one subject.
 *
 * @param subject what was looked at
 * @param findings in the order in which one stands on the other; at least one
 */
public record Chapter(String subject, List<Finding> findings) {

    /** Copies the findings. */
    public Chapter {
        findings = List.copyOf(findings);
    }

    /** Returns the worst verdict. */
    public Verdict worst() {
        return findings.stream()
                .map(Finding::verdict)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.OK);
    }
}

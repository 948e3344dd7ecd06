package io.agentctl.doctor;

import io.agentctl.connection.HomeGuard;
import io.agentctl.connection.RegistryException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;

/**
 * Whether others can get at the private keys.
 *
 * @param guard tells who can
 */
record HomeExamination(HomeGuard guard) implements Examination {

    @Override
    public String subject() {
        return "Home directory";
    }

    @Override
    public List<Finding> look() {
        if (!Files.isDirectory(guard.home())) {
            return List.of(Finding.warning(guard.home() + " is not there; the first registration makes it"));
        }
        List<Finding> findings = new ArrayList<>();
        try {
            for (HomeGuard.Finding trouble : guard.findings()) {
                Verdict verdict = trouble.level().intValue() < Level.WARNING.intValue()
                        ? Verdict.OK
                        : guard.strict() ? Verdict.FAILURE : Verdict.WARNING;
                findings.add(new Finding(verdict, trouble.text(), Optional.of(trouble.remedy())));
            }
        } catch (RegistryException e) {
            findings.add(Finding.failure(e.getMessage()));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(guard.home() + ": nobody but its owner, and root, can get at the private keys"));
        }
        return findings;
    }
}

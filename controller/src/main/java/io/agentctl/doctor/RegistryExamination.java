package io.agentctl.doctor;

import io.agentctl.connection.PullPolicy;
import java.nio.file.Path;
import java.util.List;

/**
 * Whom this host is registered with.
 *
 * @param file the registry
 * @param policy what it holds, and the marker beside it
 */
record RegistryExamination(Path file, PullPolicy policy) implements Examination {

    @Override
    public String subject() {
        return "Registry";
    }

    @Override
    public List<Finding> look() {
        int count = policy.registry().connections().size();
        if (count > 0) {
            return List.of(Finding.ok(file + ": " + count + (count == 1 ? " connection" : " connections")));
        }
        Finding nobody = policy.mode() == PullPolicy.Mode.LEGACY
                ? Finding.warning(
                        "no site knows this host, and the marker allow-legacy-pull lets anyone read its output in the clear")
                : Finding.warning("no site knows this host");
        return List.of(nobody.mendedBy("run: " + Command.of(Command.REGISTER)));
    }
}

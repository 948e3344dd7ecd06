package io.agentctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The labels under which a host introduces itself. */
final class LabelOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--agent-labels",
            paramLabel = "KEY:VALUE",
            description = {
                "A label that the site may decide by; may be given several times.",
                "Overrides cmk/hostname-simple and cmk/os-family, which are always sent."
            })
    private List<String> texts = List.of();

    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String text : texts) {
            int colon = text.indexOf(':');
            if (colon < 1 || colon == text.length() - 1) {
                throw new ParameterException(
                        spec.commandLine(), "'" + text + "' is not a label: expected KEY:VALUE, such as role:web");
            }
            labels.put(text.substring(0, colon), text.substring(colon + 1));
        }
        return labels;
    }
}

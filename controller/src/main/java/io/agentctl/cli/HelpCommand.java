package io.agentctl.cli;

import io.agentctl.cli.manual.Topic;
import io.agentctl.cli.manual.Vocabulary;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells of verbs, and of what no verb's help tells. */
@Command(
        name = "help",
        description = "Show the help of a command, or tell of a topic.",
        sortOptions = false,
        footer = {"", "Examples:", "  ${ROOT-COMMAND-NAME} help register", "  ${ROOT-COMMAND-NAME} help errors"})
final class HelpCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = Vocabulary.TOPIC,
            description =
                    "A command, or one of: errors, environment, files, settings; the list of commands without it.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            root.commandLine().usage(out);
            return ExitCode.SUCCESS;
        }
        CommandLine verb = root.subcommands().get(name);
        if (verb != null) {
            verb.usage(out);
            return ExitCode.SUCCESS;
        }
        Optional<Topic> topic = Topic.named(name);
        if (topic.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no help on '" + name + "', but on: " + String.join(", ", new Vocabulary(root).topics()));
        }
        out.print(topic.get().text(new Vocabulary(root), root.usageMessage().width()));
        out.flush();
        return ExitCode.SUCCESS;
    }
}

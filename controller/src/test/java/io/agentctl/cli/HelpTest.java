package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Controller;
import io.agentctl.process.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** {@code help} tells what {@code --help} tells, and more. */
class HelpTest {
    @TempDir
    private Path folder;

    private Controller controller;

    @BeforeEach
    void make() {
        controller = Controller.at(folder.resolve("home"));
    }

    @Test
    void listsTheVerbs() throws Exception {
        String help = controller.run("--help").succeeds().stdout();

        controller.run("help").succeeds().stdoutIs(help);
        assertThat(help).contains("\nExit status:\n  0 ").containsSubsequence("  register ", "  status ", "  daemon ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "delete-all", "help"})
    void tellsOfAVerb(String verb) throws Exception {
        controller
                .run("help", verb)
                .succeeds()
                .stdoutIs(controller.run(verb, "--help").succeeds().stdout());
    }

    @Test
    void tellsHowCommandsEndAndFail() throws Exception {
        Transcript errors = controller.run("help", "errors").succeeds();

        errors.assertStdout()
                .startsWith("Exit status:\n  0  Success.\n  1  Failure")
                .containsPattern("\nExit status of doctor:\n(  [0-4]  .*\n){5}\n")
                .contains("\nExit status of daemon:\n  0  It was told to end")
                .contains("  cannot listen on\n      Another program has the port")
                .contains("'" + Controller.name() + " doctor'");
        assertThat(errors.stdout().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(118));
    }

    @Test
    void tellsOfVariablesAndFiles() throws Exception {
        controller
                .run("help", "environment")
                .succeeds()
                .assertStdout()
                .contains("\n  DEBUG_HOME_DIR\n      Another home");
        controller
                .run("help", "files")
                .succeeds()
                .assertStdout()
                .contains("\n  /run/check-mk-agent.socket\n      Where");
    }

    @Test
    void saysWhatThereIsHelpOn() throws Exception {
        String verbs = ManualTest.verbs().map(CommandSpec::name).collect(Collectors.joining(", "));

        controller
                .run("help", "erors")
                .isMisused(
                        "there is no help on 'erors', but on: " + verbs + ", errors, environment, files, settings",
                        "help");
    }

    @Test
    void touchesNoFiles() throws Exception {
        controller.run("help", "errors").succeeds();

        assertThat(Files.exists(controller.home())).isFalse();
    }
}

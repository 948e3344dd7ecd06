package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.process.Controller;
import io.agentctl.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said without doing anything: version, help, and that a command line is not understood. */
class CommandLineTest {
    @TempDir
    private Path folder;

    private Controller controller;

    @BeforeEach
    void make() {
        controller = Controller.at(folder.resolve("home"));
    }

    @Test
    void tellsItsVersion() throws Exception {
        controller
                .run("--version")
                .succeeds()
                .stdoutIs(Controller.name() + " " + Version.current() + "\n")
                .assertStdout()
                .matches("\\S+ \\d+\\.\\d+\\.\\d+\n");
    }

    @Test
    void tellsItsVersionUnderTheNameThatScriptsUse() throws Exception {
        controller
                .calledAs("cmk-agent-ctl", folder)
                .run("--version")
                .succeeds()
                .stdoutIs("cmk-agent-ctl " + Version.current() + "\n");
    }

    /** An installed launcher answers the plain question by itself, and no other. */
    @Test
    void tellsTheSameVersionHoweverItIsAsked() throws Exception {
        String version = controller.run("--version").succeeds().stdout();

        controller.run("-V").succeeds().stdoutIs(version);
        controller.run("-v", "--version").succeeds().stdoutIs(version);
        controller.run("--version", "status").succeeds().stdoutIs(version);
    }

    @Test
    void listsItsVerbs() throws Exception {
        Transcript help = controller.run("--help").succeeds();

        for (String verb :
                new String[] {"register", "daemon", "pull", "status", "delete", "delete-all", "dump", "--version"}) {
            help.assertStdout().contains(verb);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "register   | -s -i -H -U -P -d -v -h --server --site --hostname --user --password --password-file"
                        + " --password-stdin --ott --trust-cert --trust-fingerprint --detect-proxy --validate-api-cert"
                        + " --automatic-updates --key-type --agent --help",
                "daemon     | -P -d -v -h --port --detect-proxy --agent --help",
                "pull       | -P -v -h --port --agent --help",
                "status     | -d -v -h --json --no-query-remote --detect-proxy --agent --help",
                "delete     | -v -h --help CONNECTION server/site UUID",
                "delete-all | -v -h --enable-insecure-connections --help",
                "dump       | -v -h --agent --help",
            })
    void explainsEveryVerb(String verb, String words) throws Exception {
        Transcript help = controller.run(verb, "--help").succeeds();

        help.assertStdout().startsWith("Usage: " + Controller.name() + " " + verb + " ");
        for (String word : words.split(" ", -1)) {
            help.assertStdout().containsPattern("(?m)(^|[\\s,])" + word + "([\\s,=:.]|$)");
        }
    }

    @Test
    void warnsOfPasswordsInTheProcessList() throws Exception {
        String help = controller.run("register", "--help").stdout().replaceAll("\\s+", " ");

        org.assertj.core.api.Assertions.assertThat(help)
                .contains("While the command runs, every user of this host can read it in the process list");
    }

    @Test
    void asksForAVerb() throws Exception {
        controller.run().isMisused("a command is missing", "");
    }

    @Test
    void refusesAnUnknownVerb() throws Exception {
        controller.run("regster").isMisused("unknown command 'regster'", "");
    }

    @Test
    void refusesAnUnknownOption() throws Exception {
        controller.run("status", "--jason").isMisused("unknown option '--jason'", "status");
    }

    /** Whoever misspells an option still means its value to be a secret, and output of scripts ends up in logs. */
    @Test
    void keepsTheValueOfAnUnknownOptionToItself() throws Exception {
        String[] known = {"register", "-s", "h", "-i", "s", "-H", "h"};

        controller
                .run(and(known, "--passwort=geheim"))
                .isMisused("unknown option '--passwort'", "register")
                .assertStderr()
                .doesNotContain("geheim");
        controller
                .run(and(known, "--passwort", "geheim"))
                .isMisused("unknown option '--passwort'", "register")
                .assertStderr()
                .doesNotContain("geheim");
    }

    /** Such as the second half of a password with a blank in it. */
    @Test
    void keepsASurplusArgumentToItself() throws Exception {
        controller
                .run("register", "-s", "h", "-i", "s", "-H", "h", "-P", "very", "geheim")
                .isMisused(
                        "argument 10 is one too many (it is not shown, as it may be a part of a secret);"
                                + " quote what contains blanks",
                        "register");
    }

    @Test
    void keepsARepeatedSecretToItself() throws Exception {
        controller
                .run("register", "-s", "h", "-i", "s", "-H", "h", "-P", "geheim", "-P", "auch")
                .isMisused("an option that may be given once was given twice", "register");
    }

    @Test
    void demandsTheOptionsOfRegister() throws Exception {
        controller
                .run("register", "--site", "prod")
                .isMisused("Missing required options: '--server=HOST[:PORT]', '--hostname=HOSTNAME'", "register");
    }

    @Test
    void demandsTheConnectionToDelete() throws Exception {
        controller.run("delete").isMisused("Missing required parameter: 'CONNECTION'", "delete");
    }

    @ParameterizedTest
    @CsvSource({"pull,70000", "daemon,-1"})
    void refusesAPortThatIsNone(String verb, String port) throws Exception {
        controller
                .run(verb, "--port=" + port)
                .isMisused("option --port: '" + port + "' is no TCP port: expected 0 to 65535", verb);
    }

    @Test
    void refusesAPortThatIsNoNumber() throws Exception {
        controller
                .run("pull", "-P", "http")
                .isMisused("Invalid value for option '--port': 'http' is not an int", "pull");
    }

    @Test
    void createsNothingToAnswer() throws IOException, InterruptedException {
        controller.run("status", "--json").succeeds();

        org.assertj.core.api.Assertions.assertThat(Files.exists(controller.home()))
                .isFalse();
    }

    private static String[] and(String[] some, String... more) {
        String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}

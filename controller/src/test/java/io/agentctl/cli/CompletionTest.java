package io.agentctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shells complete command lines: each is run, and asked for all that it proposes for the last word. */
class CompletionTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        ManualWriter.write(folder.resolve("share"), LocalDate.EPOCH);
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("here/notes"));
        Files.createFile(folder.resolve("here/no tea.json"));
        // In the place of the command: prints what it is called with.
        program("agent-ctl", "printf '%s\\n' \"$@\" >\"$RESULT\"");
    }

    enum Shell {
        /** Readline inserts all that is proposed, and the command is run with that. */
        BASH("bash") {
            @Override
            List<String> command(Path folder, String typed) {
                return List.of(
                        "bash",
                        "-c",
                        "printf 'source %s\\n%s\\e*\\n' \"$1\" \"$2\" | bash --norc --noprofile -i",
                        "-",
                        folder.resolve("share/bash-completion/completions/agent-ctl")
                                .toString(),
                        typed);
            }
        },

        /** Its editor needs a terminal, which it can play itself; it inserts all that is proposed as well. */
        ZSH("zsh") {
            @Override
            List<String> command(Path folder, String typed) throws IOException {
                Path start = folder.resolve("start.zsh");
                Files.writeString(
                        start, """
                        fpath=(%s $fpath)
                        autoload -Uz compinit && compinit -u -d %s
                        zstyle ':completion:all-matches:*' insert yes
                        zstyle ':completion:all-matches::::' completer _all_matches _complete
                        zle -C all-matches complete-word _generic
                        bindkey '^I' all-matches
                        PS1='ready> '
                        """.formatted(folder.resolve("share/zsh/site-functions"), folder.resolve("zcompdump")));
                return List.of("zsh", "-f", "-c", """
                        zmodload zsh/zpty
                        zpty shell 'zsh -f -i'
                        zpty -w shell "source $1"
                        zpty -r shell shown '*ready> *'
                        zpty -w -n shell "$2"$'\\t\\nexit\\n'
                        while zpty -r shell shown; do :; done
                        """, "-", start.toString(), typed);
            }
        },

        /** It can be asked. */
        FISH("fish") {
            @Override
            List<String> command(Path folder, String typed) {
                return List.of(
                        "fish",
                        "--no-config",
                        "-c",
                        "source $argv[1]; complete -C $argv[2] | string replace -r '\\t.*' '' >$RESULT",
                        folder.resolve("share/fish/vendor_completions.d/agent-ctl.fish")
                                .toString(),
                        typed);
            }
        };

        private final String program;

        Shell(String program) {
            this.program = program;
        }

        abstract List<String> command(Path folder, String typed) throws IOException;

        boolean isThere() {
            return Stream.of(System.getenv("PATH").split(":", -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void completesVerbs(Shell shell) throws Exception {
        assertThat(proposals(shell, "agent-ctl re")).containsExactly("register", "register-new", "renew-certificate");
        assertThat(proposals(shell, "agent-ctl -v sta")).containsExactly("status");
        assertThat(proposals(shell, "agent-ctl "))
                .containsExactlyInAnyOrderElementsOf(
                        ManualTest.verbs().map(verb -> verb.name()).toList());
    }

    @ParameterizedTest
    @EnumSource
    void completesOptions(Shell shell) throws Exception {
        assertThat(proposals(shell, "agent-ctl --ver")).containsExactly("--version");
        assertThat(proposals(shell, "agent-ctl register --trust-"))
                .containsExactly("--trust-cert", "--trust-fingerprint");
        assertThat(proposals(shell, "agent-ctl delete --")).contains("--help").doesNotContain("--trust-cert");
    }

    @ParameterizedTest
    @EnumSource
    void completesValues(Shell shell) throws Exception {
        assertThat(proposals(shell, "agent-ctl register --key-type=rsa"))
                .containsExactly("rsa-2048", "rsa-3072", "rsa-4096");
        assertThat(proposals(shell, "agent-ctl renew-certificate --all --key-type rsa"))
                .containsExactly("rsa-2048", "rsa-3072", "rsa-4096");
        assertThat(proposals(shell, "agent-ctl help er")).containsExactly("errors");
        // Nobody knows: neither verbs nor files.
        assertThat(proposals(shell, "agent-ctl register --server ")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void completesFiles(Shell shell) throws Exception {
        assertThat(proposals(shell, "agent-ctl import no")).containsExactlyInAnyOrder("no tea.json", "notes");
        assertThat(proposals(shell, "agent-ctl register --password-file note")).containsExactly("notes");
        assertThat(proposals(shell, "agent-ctl daemon --log-file no")).hasSize(2);
    }

    /** By the command itself, which may be called by a path. */
    @ParameterizedTest
    @EnumSource
    void completesConnections(Shell shell) throws Exception {
        assumeTrue(Controller.isAtHand(), "an installed controller is not at hand to be called by another name");
        assumeTrue(shell.isThere(), shell.program + " is not installed");
        try (MonitoredHost host = new MonitoredHost(folder)) {
            Connection connection = host.enroll("web1", ConnectionMode.PULL);
            List<String> line = new ArrayList<>(host.controller().commandLine());
            line.replaceAll(word -> "'" + word + "'");
            program(
                    "agent-ctl",
                    "case $1 in status)",
                    // Where the options of the JVM are.
                    "  cd '" + Path.of("").toAbsolutePath() + "'",
                    "  export DEBUG_HOME_DIR='" + host.controller().home() + "'",
                    "  exec " + String.join(" ", line) + " \"$@\" ;;",
                    "esac",
                    "printf '%s\\n' \"$@\" >\"$RESULT\"");

            assertThat(proposals(shell, "agent-ctl delete ")).containsExactly(connection.name());
            assertThat(proposals(shell, "../bin/agent-ctl renew-certificate --force local"))
                    .allMatch(connection.name()::equals);
            assertThat(proposals(shell, "agent-ctl delete other")).doesNotContain(connection.name());
        }
    }

    /** What was proposed, without what was typed before it. */
    private List<String> proposals(Shell shell, String typed) throws Exception {
        assumeTrue(shell.isThere(), shell.program + " is not installed");
        Path result = folder.resolve("result");
        Files.deleteIfExists(result);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(shell.command(folder, typed))
                .directory(folder.resolve("here").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        folder.resolve("bin") + ":" + System.getenv("PATH"),
                        "HOME",
                        folder.toString(),
                        "RESULT",
                        result.toString(),
                        "LC_ALL",
                        "C.UTF-8",
                        "TERM",
                        "dumb"));
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s has ended", shell)
                .isTrue();
        String shown = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(result).as("%s for '%s': %s", shell, typed, shown).exists();

        List<String> words = new ArrayList<>(Files.readAllLines(result));
        List<String> before = Arrays.asList(typed.split(" ", -1));
        if (shell != Shell.FISH) {
            words.subList(0, Math.min(before.size() - 2, words.size())).clear();
        }
        return words.stream()
                .map(word -> word.replaceFirst("^--[a-z-]+=(?=.)", "").replaceFirst("[/=]$", ""))
                .filter(word -> !word.isEmpty())
                .filter(word -> !word.equals(before.get(before.size() - 1)))
                .toList();
    }

    private void program(String name, String... lines) throws IOException {
        Path program = folder.resolve("bin").resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

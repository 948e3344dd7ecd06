package io.agentctl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that are commands, run by the real shell. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are written for /bin/sh")
class CommandSourceTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of("echo '<<<check_mk>>>'", "<<<check_mk>>>\n"),
                Arguments.of("true", ""),
                Arguments.of("printf %s \"$REMOTE\"", "10.1.2.3"),
                Arguments.of("cat; echo end", "end\n"),
                Arguments.of("echo a | tr a b; echo c", "b\nc\n"),
                Arguments.of("echo message >&2; echo output", "output\n"),
                Arguments.of("exec 1>&-; exit 0", ""));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theShellRunsTheCommand(String command, String output) throws IOException {
        assertThat(readAll(source(command), Requester.at(InetAddress.getByName("10.1.2.3"))))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(output);
    }

    @Test
    void theAddressIsSetButEmptyForOurselves() throws IOException {
        assertThat(readAll(source("echo \"[${REMOTE-unset}]\""), Requester.OURSELVES))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("[]\n");
    }

    @Test
    void aLargeOutputIsReadWhole() throws IOException {
        byte[] output = readAll(source("head -c 6000000 /dev/zero | tr '\\0' x; echo; echo end"), Requester.OURSELVES);

        assertThat(output).hasSize(6_000_005).endsWith("x\nend\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(output, 0, 6_000_000, StandardCharsets.US_ASCII)).containsOnlyOnce("x".repeat(6_000_000));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("echo half; exit 3", 3),
                Arguments.of("false", 1),
                Arguments.of("kill -9 $$", 137),
                Arguments.of("/no/such/agent 2>/dev/null", 127),
                Arguments.of("sh -c fi 2>/dev/null", 2));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anExitStatusOtherThanZeroIsAFailureHoweverMuchWasRead(String command, int exitStatus) {
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> readAll(source(command), Requester.OURSELVES))
                .withMessage("the agent at exec:" + command + " ended with exit status " + exitStatus);
    }

    @Test
    void theOutputBeforeAFailureIsHandedOut() throws IOException {
        try (AgentOutput output = source("echo half; exit 3").collect(Requester.OURSELVES)) {
            assertThat(readLine(output)).isEqualTo("half");
            assertThatExceptionOfType(AgentException.class).isThrownBy(() -> output.read(new byte[8], 0, 8));
        }
    }

    @Test
    void theEndStaysTheEnd() throws IOException {
        try (AgentOutput output = source("exit 0").collect(Requester.OURSELVES)) {
            assertThat(output.read(new byte[8], 0, 8)).isEqualTo(-1);
            assertThat(output.read(new byte[8], 0, 8)).isEqualTo(-1);
        }
    }

    @Test
    void aCommandThatIsSilentForTooLongIsKilledWithItsChildren() throws IOException {
        String command = "echo $$; sleep 300 & echo $!; sh -c 'echo $$; sleep 300; true' & wait";
        try (AgentOutput output = new CommandSource(command, Duration.ofSeconds(2)).collect(Requester.OURSELVES)) {
            List<ProcessHandle> processes = List.of(process(output), process(output), process(output));

            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> output.read(new byte[8], 0, 8))
                    .withMessage("the agent at exec:" + command + " has been silent for 2 s");
            assertThat(processes).allSatisfy(CommandSourceTest::awaitEnd);
        }
    }

    @Test
    void closingKillsTheCommandAndItsChildren() throws IOException {
        List<ProcessHandle> processes;
        try (AgentOutput output = source("echo $$; sleep 300 & echo $!; wait").collect(Requester.OURSELVES)) {
            processes = List.of(process(output), process(output));
            assertThat(processes).allMatch(ProcessHandle::isAlive);
        }
        assertThat(processes).allSatisfy(CommandSourceTest::awaitEnd);
    }

    @Test
    void closingEndsAReadThatIsUnderWay() throws IOException {
        AgentOutput output = source("echo $$; exec sleep 300").collect(Requester.OURSELVES);
        process(output);
        AtomicReference<Thread> reader = new AtomicReference<>();
        CompletableFuture<Integer> reading = readInAnotherThread(output, reader);
        awaitUnderWay(reader.get());

        output.close();

        assertEnded(reading, "the run of the agent at exec:echo $$; exec sleep 300 was ended");
        output.close();
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> output.read(new byte[8], 0, 8))
                .withMessage("the run of the agent at exec:echo $$; exec sleep 300 was ended");
    }

    @Test
    void anInterruptEndsAReadThatIsUnderWay() throws Exception {
        try (AgentOutput output = source("exec sleep 300").collect(Requester.OURSELVES)) {
            AtomicReference<Thread> reader = new AtomicReference<>();
            CompletableFuture<Integer> reading = readInAnotherThread(output, reader);
            awaitUnderWay(reader.get());

            reader.get().interrupt();

            assertEnded(reading, "interrupted while waiting for the agent at exec:exec sleep 300");
        }
    }

    @Test
    void theRunEndsWithTheCommandWhateverItLeavesBehind() throws Exception {
        Path end = folder.resolve("end");
        assertThat(new ProcessBuilder("mkfifo", end.toString()).start().waitFor())
                .isZero();
        try (AgentOutput output =
                source("sleep 300 & echo $!; cat " + end + " >/dev/null").collect(Requester.OURSELVES)) {
            ProcessHandle leftBehind = process(output);
            try {
                AtomicReference<Thread> reader = new AtomicReference<>();
                CompletableFuture<Integer> reading = readInAnotherThread(output, reader);
                awaitUnderWay(reader.get());

                Files.writeString(end, "now");

                assertThat(reading).succeedsWithin(PATIENT).isEqualTo(-1);
                assertThat(leftBehind.isAlive()).isTrue();
            } finally {
                leftBehind.destroyForcibly();
            }
        }
    }

    @Test
    void silenceEndsTheRunThoughTheCommandsOutputIsHeldOpenElsewhere() throws IOException {
        String command = "(sleep 300 & echo $!); exec 1>&-; exec sleep 300";
        try (AgentOutput output = new CommandSource(command, Duration.ofSeconds(1)).collect(Requester.OURSELVES)) {
            ProcessHandle leftBehind = process(output);
            try {
                assertEnded(
                        readInAnotherThread(output, new AtomicReference<>()),
                        "the agent at exec:" + command + " has been silent for 1 s");
                assertThat(leftBehind.isAlive()).as("out of reach").isTrue();
            } finally {
                leftBehind.destroyForcibly();
            }
        }
    }

    @Test
    void checkingRunsNothing() throws IOException {
        Path touched = folder.resolve("touched");
        Path touch = Stream.of(Path.of("/usr/bin/touch"), Path.of("/bin/touch"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        AgentSource source = source(touch + " " + touched);

        source.check();

        assertThat(touched).doesNotExist();
        assertThat(readAll(source, Requester.OURSELVES)).isEmpty();
        assertThat(touched).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/bin/sh", "/bin/sh -c true", "  /bin/sh\t-c true", "no-such-command", "FOO=1 /no/such", "(true)"
            })
    void whatOnlyAShellUnderstandsPassesTheCheck(String command) {
        assertThatCode(source(command)::check).doesNotThrowAnyException();
    }

    @Test
    void checkingNamesAProgramThatCannotBeRun() throws IOException {
        Path missing = folder.resolve("missing");
        Path plain = Files.createFile(folder.resolve("plain"));

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source(missing + " --option")::check)
                .withMessage("the agent " + missing + " does not exist; name another source with --agent");
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source(plain + " --option")::check)
                .withMessage("the agent " + plain + " may not be executed; name another source with --agent");
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source("/bin/sh\u0000")::check)
                .withMessage("the agent '/bin/sh\u0000' is not a command");
    }

    private static AgentSource source(String command) {
        return new CommandSource(command, PATIENT);
    }

    private static byte[] readAll(AgentSource source, Requester requester) throws AgentException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (AgentOutput output = source.collect(requester)) {
            byte[] buffer = new byte[16_384];
            for (int count = output.read(buffer, 0, buffer.length);
                    count >= 0;
                    count = output.read(buffer, 0, buffer.length)) {
                all.write(buffer, 0, count);
            }
        }
        return all.toByteArray();
    }

    private static String readLine(AgentOutput output) throws AgentException {
        StringBuilder line = new StringBuilder();
        byte[] one = new byte[1];
        while (output.read(one, 0, 1) == 1 && one[0] != '\n') {
            line.append((char) one[0]);
        }
        return line.toString();
    }

    /** Reads a line that holds a process's number. */
    private static ProcessHandle process(AgentOutput output) throws AgentException {
        return ProcessHandle.of(Long.parseLong(readLine(output))).orElseThrow();
    }

    private static void awaitEnd(ProcessHandle process) {
        assertThat(process.onExit()).as("the end of %s", process).succeedsWithin(PATIENT);
    }

    private static CompletableFuture<Integer> readInAnotherThread(AgentOutput output, AtomicReference<Thread> reader) {
        CompletableFuture<Integer> reading = new CompletableFuture<>();
        reader.set(new Thread(
                () -> {
                    try {
                        reading.complete(output.read(new byte[8], 0, 8));
                    } catch (AgentException e) {
                        reading.completeExceptionally(e);
                    }
                },
                "reader"));
        reader.get().setDaemon(true);
        reader.get().start();
        return reading;
    }

    /** Waits until a thread that reads from a silent command has nothing left to do but wait. */
    private static void awaitUnderWay(Thread reader) {
        long deadline = System.nanoTime() + PATIENT.toNanos();
        while (Arrays.stream(reader.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().matches("readBytes0?|waitFor"))) {
            assertThat(System.nanoTime()).as("the reader never waits").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void assertEnded(CompletableFuture<Integer> reading, String message) {
        assertThat(reading)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(AgentException.class)
                .withMessage(message);
    }
}

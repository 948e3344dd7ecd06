package io.agentctl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.agent.ListeningAgent.Transport;
import io.agentctl.process.UnusedPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents behind unix and TCP sockets: what they are told, what is read from them, and how each failure is told from an end. */
class SocketSourceTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void theAgentIsToldWhoAsks(Transport transport) throws IOException, InterruptedException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (ListeningAgent agent = transport.agent(folder, channel -> lines.add(ListeningAgent.readLine(channel)))) {
            for (Map.Entry<Requester, String> asked : Map.of(
                            Requester.OURSELVES,
                            "\n",
                            Requester.at(InetAddress.getByName("10.1.2.3")),
                            "10.1.2.3\n",
                            Requester.at(Inet6Address.getByAddress(null, mapped, -1)),
                            "10.1.2.3\n",
                            Requester.at(Inet6Address.getByAddress(null, linkLocal, 3)),
                            "fe80::1\n")
                    .entrySet()) {
                assertThat(readAll(agent.source(PATIENT), asked.getKey())).isEmpty();
                assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo(asked.getValue());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOutputIsReadToItsEnd(Transport transport) throws IOException {
        byte[] output = new byte[5_000_000];
        new Random(1).nextBytes(output);
        try (ListeningAgent agent = transport.agent(folder, channel -> {
            ListeningAgent.readLine(channel);
            ListeningAgent.write(channel, output);
        })) {
            assertThat(readAll(agent.source(PATIENT), Requester.OURSELVES)).isEqualTo(output);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheAskedPartOfTheBufferIsWritten(Transport transport) throws IOException {
        try (ListeningAgent agent = transport.agent(folder, ListeningAgent.saying("<<<check_mk>>>"));
                AgentOutput output = agent.source(PATIENT).collect(Requester.OURSELVES)) {
            byte[] buffer = "----------".getBytes(StandardCharsets.US_ASCII);

            assertThat(output.read(buffer, 3, 4)).isEqualTo(4);
            assertThat(buffer).asString(StandardCharsets.US_ASCII).isEqualTo("---<<<c---");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndStaysTheEnd(Transport transport) throws IOException {
        try (ListeningAgent agent = transport.agent(folder, ListeningAgent.saying(""));
                AgentOutput output = agent.source(PATIENT).collect(Requester.OURSELVES)) {
            assertThat(output.read(new byte[8], 0, 8)).isEqualTo(-1);
            assertThat(output.read(new byte[8], 0, 8)).isEqualTo(-1);
        }
    }

    @Test
    void aTcpAgentThatResetsHasFailed() throws IOException {
        try (ListeningAgent agent = Transport.TCP.agent(folder, channel -> {
            ListeningAgent.readLine(channel);
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        })) {
            AgentSource source = agent.source(PATIENT);

            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> readAll(source, Requester.OURSELVES))
                    .withMessageStartingWith("the agent at " + source.description() + " broke off: Connection reset");
        }
    }

    /** A unix socket is reset when its peer ends with bytes unread: here the line that says who asks. */
    @Test
    void aUnixAgentThatResetsHasFailed() throws IOException {
        try (ListeningAgent agent = Transport.UNIX.agent(folder, channel -> {
            awaitInput(channel);
            ListeningAgent.write(channel, "<<<check_mk>>>".getBytes(StandardCharsets.US_ASCII));
        })) {
            AgentSource source = agent.source(PATIENT);

            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> readAll(source, Requester.OURSELVES))
                    .withMessageStartingWith("the agent at " + source.description() + " broke off: Connection reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAgentThatIsSilentForTooLongHasFailed(Transport transport) throws IOException {
        AtomicReference<ListeningAgent> self = new AtomicReference<>();
        try (ListeningAgent agent = transport.agent(folder, channel -> {
            ListeningAgent.write(channel, "<<<check_mk>>>".getBytes(StandardCharsets.US_ASCII));
            self.get().untilTheTestEnds();
        })) {
            self.set(agent);
            AgentSource source = agent.source(Duration.ofSeconds(1));
            try (AgentOutput output = source.collect(Requester.OURSELVES)) {
                byte[] buffer = new byte[14];
                for (int read = 0; read < 14; ) {
                    read += output.read(buffer, read, 14 - read);
                }

                assertThatExceptionOfType(AgentException.class)
                        .isThrownBy(() -> output.read(buffer, 0, 14))
                        .withMessage("the agent at " + source.description() + " has been silent for 1 s");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAReadThatIsUnderWay(Transport transport) throws Exception {
        AtomicReference<ListeningAgent> self = new AtomicReference<>();
        try (ListeningAgent agent =
                transport.agent(folder, channel -> self.get().untilTheTestEnds())) {
            self.set(agent);
            AgentSource source = agent.source(PATIENT);
            AgentOutput output = source.collect(Requester.OURSELVES);
            CompletableFuture<AgentException> failure = new CompletableFuture<>();
            Thread reader = new Thread(() -> failure.complete(failureOf(output)));
            reader.start();
            awaitUnderWay(reader);

            output.close();

            assertThat(failure.get(60, TimeUnit.SECONDS))
                    .hasMessage("the run of the agent at " + source.description() + " was ended");
            output.close();
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> output.read(new byte[8], 0, 8))
                    .withMessage("the run of the agent at " + source.description() + " was ended");
        }
    }

    /** More threads than processors, so that now and then a reader stands still between two steps while its run is closed. */
    @ParameterizedTest
    @EnumSource
    void closingAtAnyMomentEndsTheRunInOneWay(Transport transport) throws Exception {
        byte[] one = {'x'};
        try (ListeningAgent agent = transport.agent(folder, channel -> {
            ListeningAgent.write(channel, one);
            channel.read(ByteBuffer.allocate(1));
            channel.read(ByteBuffer.allocate(1));
        })) {
            AgentSource source = agent.source(PATIENT);
            List<CompletableFuture<Void>> closers = IntStream.range(0, 6)
                    .mapToObj(seed -> CompletableFuture.runAsync(
                            () -> closeRepeatedly(source, new Random(seed)), task -> new Thread(task).start()))
                    .toList();
            for (CompletableFuture<Void> closer : closers) {
                closer.get(100, TimeUnit.SECONDS);
            }
        }
    }

    private static void closeRepeatedly(AgentSource source, Random random) {
        for (int i = 0; i < 500; i++) {
            AgentOutput output = startOf(source);
            CountDownLatch reading = new CountDownLatch(1);
            CompletableFuture<AgentException> failure = CompletableFuture.supplyAsync(
                    () -> {
                        reading.countDown();
                        return failureOf(output);
                    },
                    task -> new Thread(task).start());
            while (reading.getCount() > 0) {
                Thread.onSpinWait();
            }
            for (int spin = random.nextInt(200); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            output.close();
            assertThat(failure.join()).hasMessage("the run of the agent at " + source.description() + " was ended");
        }
    }

    /** Reads the first byte: from then on the agent has accepted, and runs that were closed cannot fill its queue. */
    private static AgentOutput startOf(AgentSource source) {
        try {
            AgentOutput output = source.collect(Requester.OURSELVES);
            assertThat(output.read(new byte[1], 0, 1)).isEqualTo(1);
            return output;
        } catch (AgentException e) {
            throw new CompletionException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAReadThatIsUnderWay(Transport transport) throws Exception {
        AtomicReference<ListeningAgent> self = new AtomicReference<>();
        try (ListeningAgent agent =
                transport.agent(folder, channel -> self.get().untilTheTestEnds())) {
            self.set(agent);
            AgentSource source = agent.source(PATIENT);
            try (AgentOutput output = source.collect(Requester.OURSELVES)) {
                CompletableFuture<AgentException> failure = new CompletableFuture<>();
                Thread reader = new Thread(() -> failure.complete(failureOf(output)));
                reader.start();
                awaitUnderWay(reader);

                reader.interrupt();

                assertThat(failure.get(60, TimeUnit.SECONDS))
                        .hasMessage("interrupted while waiting for the agent at " + source.description());
            }
        }
    }

    @Test
    void aMissingSocketIsToldWithAWayOut() {
        Path missing = folder.resolve("agent.socket");
        AgentSource source = new UnixSource(missing, PATIENT);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessage(unreachable("unix:" + missing, "No such file or directory"));
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source::check)
                .withMessage("the agent's socket " + missing
                        + " does not exist; install and start the agent, or name another source with --agent");
    }

    @Test
    void aRegularFileIsNoSocket() throws IOException {
        Path file = Files.createFile(folder.resolve("agent.socket"));
        AgentSource source = new UnixSource(file, PATIENT);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessage(unreachable("unix:" + file, "Connection refused"));
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source::check)
                .withMessage(file + " is not a socket; name the agent's with --agent");
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(new UnixSource(folder, PATIENT)::check)
                .withMessage(folder + " is not a socket; name the agent's with --agent");
    }

    @Test
    void aSocketThatNobodyListensAtIsUnreachable() throws IOException {
        AgentSource source;
        try (ListeningAgent agent = Transport.UNIX.agent(folder, ListeningAgent.saying("x"))) {
            source = agent.source(PATIENT);
        }

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessage(unreachable(source.description(), "Connection refused"));
        assertThatCode(source::check).doesNotThrowAnyException();
    }

    @Test
    void aSocketWhosePathIsTooLongIsUnreachable() {
        AgentSource source = new UnixSource(folder.resolve("x".repeat(120)), PATIENT);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessageStartingWith("the agent at " + source.description() + " cannot be reached: ");
    }

    @Test
    void aSocketThatWeMayNotWriteToIsToldWithTheUser() throws IOException {
        try (ListeningAgent agent = Transport.UNIX.agent(folder, ListeningAgent.saying("x"))) {
            Path socket = folder.resolve("agent.socket");
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("r--------"));
            Assumptions.assumeFalse(Files.isWritable(socket), "the tests run as root, who may connect to everything");
            String user = System.getProperty("user.name");
            AgentSource source = agent.source(PATIENT);

            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(source::check)
                    .withMessage("user '" + user + "' may not write to the agent's socket " + socket
                            + "; run as the socket's user or root");
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> source.collect(Requester.OURSELVES))
                    .withMessage(unreachable(source.description(), "Permission denied"));
        }
    }

    @Test
    void aClosedTcpPortIsUnreachable() throws IOException {
        int port = UnusedPort.next();
        AgentSource source = new TcpSource("127.0.0.1", port, PATIENT);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessage(unreachable("tcp:127.0.0.1:" + port, "Connection refused"));
        assertThatCode(source::check).doesNotThrowAnyException();
    }

    @Test
    void anUnknownHostIsTold() {
        AgentSource source = new TcpSource("agent.invalid", 28_250, PATIENT);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(source::check)
                .withMessage("the agent's host 'agent.invalid' cannot be resolved");
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> source.collect(Requester.OURSELVES))
                .withMessage("the agent's host 'agent.invalid' cannot be resolved");
    }

    /** Connections are accepted in their order: had checking connected, that connection would be the first. */
    @ParameterizedTest
    @EnumSource
    void checkingNeverConnects(Transport transport) throws IOException, InterruptedException {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (ListeningAgent agent = transport.agent(folder, channel -> lines.add(ListeningAgent.readLine(channel)))) {
            agent.source(PATIENT).check();
            readAll(agent.source(PATIENT), Requester.at(InetAddress.getByName("10.1.2.3")));

            assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo("10.1.2.3\n");
            assertThat(agent.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRunIsOneOfItsOwn(Transport transport) throws IOException {
        try (ListeningAgent agent = transport.agent(
                        folder,
                        channel -> ListeningAgent.write(
                                channel, ListeningAgent.readLine(channel).getBytes(StandardCharsets.US_ASCII)));
                AgentOutput first = agent.source(PATIENT).collect(Requester.at(InetAddress.getByName("10.0.0.1")));
                AgentOutput second = agent.source(PATIENT).collect(Requester.at(InetAddress.getByName("10.0.0.2")))) {
            assertThat(readAll(second)).asString(StandardCharsets.US_ASCII).isEqualTo("10.0.0.2\n");
            assertThat(readAll(first)).asString(StandardCharsets.US_ASCII).isEqualTo("10.0.0.1\n");
        }
    }

    private static byte[] readAll(AgentSource source, Requester requester) throws AgentException {
        try (AgentOutput output = source.collect(requester)) {
            return readAll(output);
        }
    }

    private static byte[] readAll(AgentOutput output) throws AgentException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[16_384];
        for (int count = output.read(buffer, 0, buffer.length);
                count >= 0;
                count = output.read(buffer, 0, buffer.length)) {
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }

    private static AgentException failureOf(AgentOutput output) {
        try {
            while (output.read(new byte[4096], 0, 4096) >= 0) {
                // All that matters is how it ends.
            }
            return new AgentException("the run ended well");
        } catch (AgentException e) {
            return e;
        }
    }

    /** Waits until the channel holds something to read, and leaves it there. */
    private static void awaitInput(SocketChannel channel) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            selector.select(PATIENT.toMillis());
        }
        channel.configureBlocking(true);
    }

    /** Waits until a thread that reads from a silent agent has nothing left to do but wait. */
    private static void awaitUnderWay(Thread reader) {
        long deadline = System.nanoTime() + PATIENT.toNanos();
        while (Arrays.stream(reader.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals("select"))) {
            assertThat(System.nanoTime()).as("the reader never waits").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static String unreachable(String description, String reason) {
        return "the agent at " + description + " cannot be reached: " + reason
                + "; is it installed and started, and may user '" + System.getProperty("user.name")
                + "' connect to it?";
    }
}

package io.agentctl.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.agent.AgentException;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One output of the agent on its way to several sites: where it lies, and that nothing of it stays. */
class SpoolTest {
    private static final String LARGE = noise(3 * Spool.MAX_IN_MEMORY);

    @TempDir
    private Path folder;

    @Test
    void keepsAUsualOutputInMemory() throws IOException {
        SpokenAgent agent = new SpokenAgent("<<<check_mk>>>\nVersion: 2.3.0\n");

        try (Spool spool = Spool.collect(agent, 1, folder)) {
            assertThat(files()).isEmpty();
            assertThat(inflated(written(spool))).isEqualTo("<<<check_mk>>>\nVersion: 2.3.0\n");
            assertThat(spool.size()).isEqualTo(written(spool).length);
        }
        assertThat(agent.requesters()).containsExactly(Requester.OURSELVES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9})
    void compressesAsItIsTold(int level) throws IOException {
        String output = "<<<check_mk>>>\n".repeat(10_000);

        try (Spool spool = Spool.collect(new SpokenAgent(output), level, folder)) {
            assertThat(inflated(written(spool))).isEqualTo(output);
            // The level stands in the stream's second byte (RFC 1950, section 2.2).
            assertThat((written(spool)[1] & 0xff) >> 6).isEqualTo(level == 1 ? 0 : level == 6 ? 2 : 3);
        }
    }

    @Test
    void keepsALargeOutputInAFileThatNobodyElseCanOpen() throws IOException {
        try (Spool spool = Spool.collect(new SpokenAgent(LARGE), 1, folder)) {
            assertThat(files()).isEmpty();
            assertThat(spool.size()).isGreaterThan(Spool.MAX_IN_MEMORY).isEqualTo(written(spool).length);
            assertThat(inflated(written(spool))).isEqualTo(LARGE);
            // Every site gets it.
            assertThat(inflated(written(spool))).isEqualTo(LARGE);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void writesToSeveralSitesAtOnce() throws IOException {
        try (Spool spool = Spool.collect(new SpokenAgent(LARGE), 1, folder)) {
            List<CompletableFuture<byte[]>> sites = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> writtenUnchecked(spool)))
                    .limit(4)
                    .toList();

            assertThat(sites).allSatisfy(site -> assertThat(site.join()).isEqualTo(written(spool)));
        }
    }

    /** Two pushes at a time, and what a killed one left. */
    @Test
    void sweepsWhatIsNotInUse() throws IOException {
        Path leftover = Files.writeString(folder.resolve(".push-4711.tmp"), "half an output");
        Path foreign = Files.writeString(folder.resolve("push-4711.tmp"), "somebody's");

        try (Spool first = Spool.collect(new SpokenAgent(LARGE), 1, folder);
                Spool second = Spool.collect(new SpokenAgent("<<<check_mk>>>\n"), 1, folder)) {
            assertThat(leftover).doesNotExist();
            assertThat(foreign).exists();
            assertThat(inflated(written(first))).isEqualTo(LARGE);
            assertThat(inflated(written(second))).isEqualTo("<<<check_mk>>>\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 7", "echo '<<<check_mk>>>'; exit 7", "head -c 4000000 /dev/urandom; exit 7"})
    void leavesNothingOfAnAgentThatFails(String command) throws IOException {
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> Spool.collect(command(command), 1, folder))
                .withMessageContaining("7");

        assertThat(files()).isEmpty();
    }

    @Test
    void isNotEmpty() throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Spool.collect(command("true"), 1, folder))
                .withMessage("the agent at exec:true ended without writing anything");

        assertThat(files()).isEmpty();
    }

    /** The same words every time, or every minute's failure would look like news. */
    @Test
    void saysInTheSameWordsWhereItCannotKeepALargeOutput() {
        Path nowhere = folder.resolve("nowhere");

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Spool.collect(new SpokenAgent(LARGE), 1, nowhere))
                    .withMessage("cannot keep the agent's output in " + nowhere + ": no such directory");
        }
    }

    private static AgentSource command(String command) {
        return AgentSource.parse("exec:" + command, AgentSource.DEFAULT_PATIENCE);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static byte[] written(Spool spool) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        spool.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] writtenUnchecked(Spool spool) {
        try {
            return written(spool);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static String inflated(byte[] zlib) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(zlib))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

package io.agentctl.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry file as others leave it, as we leave it, and with many at it at once. */
class ConnectionRegistryTest {
    private static final Connection CONNECTION = Connection.registered(
            ConnectionMode.PULL,
            new ReceiverAddress(SiteId.parse("monitoring.example.com/prod"), 8000),
            UUID.fromString("99f56bbc-5965-4b34-bc70-1959ad1d32d6"),
            "secret",
            "certificate",
            "root");

    @TempDir
    private Path folder;

    @Test
    void aMissingFileIsAnEmptyRegistryAndReadingMakesNone() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder.resolve("home"));

        assertThat(registry.read()).isEqualTo(Registry.EMPTY);
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void whatWasAddedIsReadBackByAnyone() throws IOException {
        Registry written = new ConnectionRegistry(folder).update(before -> before.with(CONNECTION));

        assertThat(written.connections()).containsExactly(CONNECTION);
        assertThat(new ConnectionRegistry(folder).read()).isEqualTo(written);
        assertThat(Files.readString(folder.resolve("registered_connections.json")))
                .isEqualTo(RegistryFormat.print(written));
    }

    static Stream<Arguments> unreadable() {
        String text = RegistryFormat.print(Registry.EMPTY.with(CONNECTION));
        byte[] notUtf8 = text.replace("secret", "secr\u00ff").getBytes(StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of("empty", new byte[0], "it is not a JSON object"),
                Arguments.of("blank", "\n".getBytes(UTF_8), "it is not a JSON object"),
                Arguments.of(
                        "NUL bytes, as a crash leaves them", new byte[100], "it is not valid JSON at line 1, column 2"),
                Arguments.of(
                        "truncated",
                        text.substring(0, 60).getBytes(UTF_8),
                        "it is not valid JSON at line 4, column 32"),
                Arguments.of("not UTF-8", notUtf8, "it is not UTF-8 text"),
                Arguments.of("UTF-16", text.getBytes(StandardCharsets.UTF_16), "it is not UTF-8 text"),
                Arguments.of(
                        "written twice",
                        (text + text).getBytes(UTF_8),
                        "something follows the JSON object at line 14, column 2"),
                Arguments.of("an unknown shape", "{\"pull\": []}".getBytes(UTF_8), "at pull: expected an object"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void aFileThatIsNotUnderstoodIsNeverOverwritten(String name, byte[] content, String reason) throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        Files.write(registry.file(), content);
        Files.createFile(folder.resolve("allow-legacy-pull"));
        String message = "cannot understand " + registry.file() + ": " + reason
                + "; repair it or move it away, it is left as it is";

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::read)
                .withMessage(message);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.with(CONNECTION)))
                .withMessage(message);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::clearAndAllowLegacyPull)
                .withMessage(message);

        assertThat(registry.file()).hasBinaryContent(content);
        assertThat(registry.hasLegacyPullMarker()).isTrue();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void aHugeFileIsRefusedUnparsed() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        try (RandomAccessFile sparse = new RandomAccessFile(registry.file().toFile(), "rw")) {
            sparse.setLength(ConnectionRegistry.MAX_FILE_SIZE + 1L);
        }

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.with(CONNECTION)))
                .withMessage(registry.file() + " is larger than 64 MiB and is no registry; move it away to begin anew");
        assertThat(registry.file()).hasSize(ConnectionRegistry.MAX_FILE_SIZE + 1L);
    }

    @Test
    void aDirectoryInItsPlaceIsRefused() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        Files.createDirectory(registry.file());

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.with(CONNECTION)))
                .withMessage("cannot read " + registry.file() + ": Is a directory");
        assertThat(registry.file()).isEmptyDirectory();
    }

    @Test
    void aFileThatWeMayNotReadIsRefused() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.update(before -> before.with(CONNECTION));
        byte[] content = Files.readAllBytes(registry.file());
        Files.setPosixFilePermissions(registry.file(), PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(registry.file()), "the tests run as root, who may read everything");

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.without(connection -> true)))
                .withMessage("cannot read " + registry.file() + ": permission denied for user '"
                        + System.getProperty("user.name") + "'");

        Files.setPosixFilePermissions(registry.file(), PosixFilePermissions.fromString("rw-------"));
        assertThat(registry.file()).hasBinaryContent(content);
    }

    @Test
    void aHomeThatWeMayNotWriteIsRefused() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder.resolve("home"));
        registry.update(before -> before.with(CONNECTION));
        Files.setPosixFilePermissions(folder.resolve("home"), PosixFilePermissions.fromString("r-x------"));
        Assumptions.assumeFalse(
                Files.isWritable(folder.resolve("home")), "the tests run as root, who may write everywhere");

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.without(connection -> true)))
                .withMessage("cannot write " + registry.file() + ": permission denied for user '"
                        + System.getProperty("user.name") + "'");

        Files.setPosixFilePermissions(folder.resolve("home"), PosixFilePermissions.fromString("rwx------"));
        assertThat(registry.read().connections()).containsExactly(CONNECTION);
    }

    @Test
    void aHomeThatCannotBeCreatedIsNamed() throws IOException {
        Path home = Files.createFile(folder.resolve("file")).resolve("home");

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> new ConnectionRegistry(home).update(before -> before))
                .withMessageStartingWith("cannot create the home directory " + home + ": ");
    }

    @Test
    void onlyTheOwnerReadsHomeAndFiles() throws IOException {
        Path home = folder.resolve("parent").resolve("home");
        ConnectionRegistry registry = new ConnectionRegistry(home);
        registry.clearAndAllowLegacyPull();

        assertThat(mode(home)).isEqualTo("rwx------");
        assertThat(mode(registry.file())).isEqualTo("rw-------");
        assertThat(mode(home.resolve("allow-legacy-pull"))).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files).allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void aFileThatOthersCouldReadIsNarrowedAtTheNextChange() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.update(before -> before.with(CONNECTION));
        Files.setPosixFilePermissions(registry.file(), PosixFilePermissions.fromString("rw-r--r--"));

        registry.update(before -> before);

        assertThat(mode(registry.file())).isEqualTo("rw-------");
    }

    @Test
    void aSymbolicLinkIsFollowedAndStays() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder.resolve("home"));
        Path target = Files.createDirectories(folder.resolve("elsewhere")).resolve("connections");
        Files.writeString(target, "{}");
        Files.createDirectories(folder.resolve("home"));
        Files.createSymbolicLink(registry.file(), Path.of("../elsewhere/connections"));

        registry.update(before -> before.with(CONNECTION));

        assertThat(registry.file()).isSymbolicLink();
        assertThat(Files.readString(target)).isEqualTo(RegistryFormat.print(registry.read()));
        assertThat(registry.read().connections()).containsExactly(CONNECTION);
        assertThat(mode(target)).isEqualTo("rw-------");
    }

    /** The volume that it leads to may not be mounted yet: a file made in its place would hide the registry for good. */
    @Test
    void aSymbolicLinkThatLeadsNowhereIsRefusedAndStays() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        Path target = folder.resolve("volume");
        Files.createSymbolicLink(registry.file(), target);
        String message = "cannot read " + registry.file() + ": it is a symbolic link that leads nowhere;"
                + " mount the file system it leads to, or remove the link to begin anew";

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::read)
                .withMessage(message);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.update(before -> before.with(CONNECTION)))
                .withMessage(message);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::checkChangeable)
                .withMessage(message);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(registry::clearAndAllowLegacyPull)
                .withMessage(message);

        assertThat(registry.file()).isSymbolicLink();
        assertThat(registry.hasLegacyPullMarker()).isFalse();
        Files.writeString(target, "{}");
        registry.update(before -> before.with(CONNECTION));
        assertThat(Files.readString(target)).isEqualTo(RegistryFormat.print(registry.read()));
    }

    @Test
    void aHomeBehindASymbolicLinkWillDo() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("home"), Files.createDirectory(folder.resolve("real")));

        new ConnectionRegistry(link).update(before -> before.with(CONNECTION));

        assertThat(new ConnectionRegistry(folder.resolve("real")).read().connections())
                .containsExactly(CONNECTION);
        assertThat(link).isSymbolicLink();
    }

    @Test
    void anyChangeRemovesTheMarker() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        Files.writeString(folder.resolve("allow-legacy-pull"), "whatever it says");
        registry.update(before -> before.with(CONNECTION));
        assertThat(registry.hasLegacyPullMarker()).isFalse();

        Files.createFile(folder.resolve("allow-legacy-pull"));
        registry.update(before -> before);
        assertThat(registry.hasLegacyPullMarker()).isFalse();
    }

    @Test
    void whereNothingIsToBeChangedTheMarkerStays() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.update(before -> before.with(CONNECTION));
        registry.clearAndAllowLegacyPull();
        byte[] content = Files.readAllBytes(registry.file());

        Registry left = registry.updateIfDifferent(
                before -> before.replacing(Map.of(CONNECTION, CONNECTION.with("new key", "new certificate"))));

        assertThat(left).isEqualTo(Registry.EMPTY);
        assertThat(registry.hasLegacyPullMarker()).isTrue();
        assertThat(registry.file()).hasBinaryContent(content);
        registry.updateIfDifferent(before -> before.with(CONNECTION));
        assertThat(registry.hasLegacyPullMarker()).isFalse();
        assertThat(registry.read().connections()).containsExactly(CONNECTION);
    }

    @Test
    void whetherItCanBeChangedIsFoundOutWithoutAChange() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.clearAndAllowLegacyPull();
        byte[] content = Files.readAllBytes(registry.file());

        registry.checkChangeable();

        assertThat(registry.file()).hasBinaryContent(content);
        assertThat(registry.hasLegacyPullMarker()).isTrue();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void clearingDeletesEveryConnectionAndSetsTheMarker() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.update(before -> before.with(CONNECTION));

        registry.clearAndAllowLegacyPull();

        assertThat(registry.read()).isEqualTo(Registry.EMPTY);
        assertThat(registry.hasLegacyPullMarker()).isTrue();
        registry.clearAndAllowLegacyPull();
        assertThat(registry.hasLegacyPullMarker()).isTrue();
    }

    @Test
    void aChangeThatFailsChangesNothingAndKeepsNobodyOut() throws IOException {
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        registry.update(before -> before.with(CONNECTION));
        byte[] content = Files.readAllBytes(registry.file());

        assertThatIllegalStateException()
                .isThrownBy(() -> registry.update(before -> {
                    throw new IllegalStateException("changed my mind");
                }))
                .withMessage("changed my mind");

        assertThat(registry.file()).hasBinaryContent(content);
        assertThat(CompletableFuture.supplyAsync(() -> update(registry)).join().connections())
                .containsExactly(CONNECTION);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void nothingIsLostWhenManyProcessesAndThreadsWriteAtOnce() throws Exception {
        int processes = 3;
        int threads = 3;
        int rounds = 12;
        ConnectionRegistry registry = new ConnectionRegistry(folder);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(
                () -> readsUntil(done, registry), task -> new Thread(task, "reader").start());
        List<RegistryProcess> others = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                others.add(RegistryProcess.start("churn", folder.toString(), "process" + i, "" + rounds));
            }
            CompletableFuture.allOf(IntStream.range(0, threads)
                            .mapToObj(i -> CompletableFuture.runAsync(
                                    () -> churn("thread" + i, rounds), task -> new Thread(task).start()))
                            .toArray(CompletableFuture[]::new))
                    .join();
            for (RegistryProcess other : others) {
                assertThat(other.exitStatus()).isZero();
            }
        } finally {
            done.set(true);
            others.forEach(RegistryProcess::close);
        }

        assertThat(reader.join()).as("readings").isPositive();
        Registry left = registry.read();
        assertThat(left.connections())
                .extracting(Connection::name)
                .containsExactlyInAnyOrderElementsOf(Stream.of("process", "thread")
                        .flatMap(kind -> IntStream.range(0, 3).mapToObj(i -> kind + i))
                        .flatMap(name -> IntStream.range(0, rounds / 2).mapToObj(i -> "h/" + name + "-" + (2 * i + 1)))
                        .toList());
        assertThat(RegistryProcess.count(left)).isEqualTo((processes + threads) * (rounds + rounds / 2));
        assertThat(temporaryFiles()).isEmpty();
    }

    /** Demands of every reading that it is whole, is not older than the one before, and that no file is open to others. */
    private int readsUntil(AtomicBoolean done, ConnectionRegistry registry) {
        int readings = 0;
        int newest = 0;
        try {
            while (!done.get()) {
                int count = RegistryProcess.count(registry.read());
                assertThat(count).isGreaterThanOrEqualTo(newest);
                newest = count;
                for (Path file : temporaryFiles()) {
                    assertThat(modeUnlessRenamed(file)).isIn("rw-------", "renamed");
                }
                readings++;
            }
            return readings;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private void churn(String name, int rounds) {
        try {
            RegistryProcess.churn(folder, name, rounds);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static Registry update(ConnectionRegistry registry) {
        try {
            return registry.update(before -> before);
        } catch (RegistryException e) {
            throw new CompletionException(e);
        }
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    private static String modeUnlessRenamed(Path file) throws IOException {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (NoSuchFileException e) {
            return "renamed";
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}

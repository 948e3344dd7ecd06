package io.agentctl.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real folder on a disk that fails at a chosen step: it refuses that one, or it is that of a machine that dies there, so that nothing
 * is done from then on, and what had not been synced may be lost.
 */
final class FaultyDisk implements Disk {
    /** What a step meets. */
    enum Fault {
        /** The step is refused, the next ones are not. */
        REFUSAL(false),
        /** All steps are refused from then on, as by a disk that the kernel has made read-only. */
        REFUSAL_FOR_GOOD(true),
        /** The process is killed before the step. */
        DEATH(true),
        /** The process is killed in the middle of the step, if that is a write. */
        DEATH_AFTER_HALF_A_WRITE(true),
        /** The power fails: files have the names that they had last, but the content of their last sync. */
        POWER_CUT_THAT_LOSES_CONTENT(true),
        /** The power fails: all is as it was synced last. */
        POWER_CUT_THAT_LOSES_ALL(true);

        private final boolean stays;

        Fault(boolean stays) {
            this.stays = stays;
        }

        boolean isOfDisk() {
            return this == REFUSAL || this == REFUSAL_FOR_GOOD;
        }
    }

    private static final class Content {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private byte[] synced = {};
    }

    private final Disk real = new FileSystemDisk();
    private final Path folder;
    private final int faultyStep;
    private final Fault fault;
    private final String reason;
    private final Map<Path, Content> names = new LinkedHashMap<>();
    private Map<Path, Content> syncedNames;
    private int steps;
    private boolean failed;

    FaultyDisk(Path folder, int faultyStep, Fault fault, String reason) throws IOException {
        this.folder = folder;
        this.faultyStep = faultyStep;
        this.fault = fault;
        this.reason = reason;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Content content = new Content();
                content.written.write(Files.readAllBytes(file));
                content.synced = content.written.toByteArray();
                names.put(file, content);
            }
        }
        this.syncedNames = Map.copyOf(names);
    }

    /** Returns whether the chosen step has been reached. */
    boolean hasFailed() {
        return failed;
    }

    /** Fails the power now, when whoever used the disk was content. */
    void cutPower() throws IOException {
        failed = true;
        loseWhatIsNotSynced();
    }

    @Override
    public NewFile create(Path file) throws IOException {
        step();
        NewFile created = real.create(file);
        Content content = new Content();
        names.put(file, content);
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                try {
                    step();
                } catch (IOException e) {
                    if (fault == Fault.DEATH_AFTER_HALF_A_WRITE && steps == faultyStep) {
                        created.write(bytes.limit(bytes.position() + bytes.remaining() / 2));
                    }
                    throw e;
                }
                content.written.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
                created.write(bytes);
            }

            @Override
            public void sync() throws IOException {
                step();
                created.sync();
                content.synced = content.written.toByteArray();
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        real.rename(from, to);
        names.put(to, names.remove(from));
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        real.delete(file);
        names.remove(file);
    }

    @Override
    public void sync(Path synced) throws IOException {
        step();
        real.sync(synced);
        syncedNames = Map.copyOf(names);
    }

    private void step() throws IOException {
        steps++;
        if (steps == faultyStep) {
            failed = true;
            loseWhatIsNotSynced();
        }
        if (failed && (fault.stays || steps == faultyStep)) {
            throw new FileSystemException(folder.toString(), null, reason);
        }
    }

    private void loseWhatIsNotSynced() throws IOException {
        if (fault == Fault.POWER_CUT_THAT_LOSES_CONTENT || fault == Fault.POWER_CUT_THAT_LOSES_ALL) {
            for (Path file : names.keySet()) {
                Files.delete(file);
            }
            (fault == Fault.POWER_CUT_THAT_LOSES_ALL ? syncedNames : names).forEach(FaultyDisk::restore);
        }
    }

    private static void restore(Path file, Content content) {
        try {
            Files.write(file, content.synced);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

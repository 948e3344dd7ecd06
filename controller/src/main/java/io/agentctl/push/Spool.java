package io.agentctl.push;

import io.agentctl.agent.AgentOutput;
import io.agentctl.agent.AgentSource;
import io.agentctl.agent.Requester;
import io.agentctl.pki.OwnerOnly;
import io.agentctl.receiver.AgentReceiver.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Logger;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * One output of the agent, compressed once for all sites: in memory as long as it is small, else in a file that its owner alone can
 * read and that is gone with the process, however that dies.
 */
final class Spool implements Upload, AutoCloseable {
    /** What a usual host's output takes several times over, in bytes. */
    static final int MAX_IN_MEMORY = 1024 * 1024;

    /** Largest compressed output, in bytes. */
    static final long MAX_SIZE = 1024L * 1024 * 1024;

    private static final int READ_SIZE = 32 * 1024;

    private static final Logger LOG = Logger.getLogger("io.agentctl.push");

    private static final String PREFIX = ".push-";
    private static final String SUFFIX = ".tmp";

    private final Path folder;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private FileChannel overflow;
    private long size;

    private Spool(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs the agent and keeps its output.
     *
     * @param agent the agent
     * @param compression deflate level, 1 to 9
     * @param folder where a large output may lie
     * @return the output as a zlib stream, to be closed by the caller
     * @throws IOException if the agent fails, or the output is too large or cannot be kept
     */
    static Spool collect(AgentSource agent, int compression, Path folder) throws IOException {
        deleteLeftovers(folder);
        Spool spool = new Spool(folder);
        Deflater deflater = new Deflater(compression);
        try (AgentOutput output = agent.collect(Requester.OURSELVES);
                DeflaterOutputStream compressed = new DeflaterOutputStream(spool.sink(), deflater, READ_SIZE)) {
            byte[] bytes = new byte[READ_SIZE];
            long total = 0;
            for (int count = output.read(bytes, 0, bytes.length);
                    count >= 0;
                    count = output.read(bytes, 0, bytes.length)) {
                compressed.write(bytes, 0, count);
                total += count;
            }
            if (total == 0) {
                throw new IOException("the agent at " + agent.description() + " ended without writing anything");
            }
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        } finally {
            deflater.end();
        }
        return spool;
    }

    @Override
    public long size() {
        return size;
    }

    /** Several sites may be written to at the same time. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        if (overflow == null) {
            memory.writeTo(out);
            return;
        }
        ByteBuffer piece = ByteBuffer.allocate(READ_SIZE);
        for (long position = 0; position < size; position += piece.position()) {
            if (overflow.read(piece.clear(), position) < 0) {
                throw new IOException("the agent's output in " + folder + " was cut short");
            }
            out.write(piece.array(), 0, piece.position());
        }
    }

    @Override
    public void close() {
        try {
            if (overflow != null) {
                overflow.close();
            }
        } catch (IOException e) {
            // It has no name by which it could be left behind.
        }
    }

    private OutputStream sink() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                keep(bytes, offset, length);
            }
        };
    }

    private void keep(byte[] bytes, int offset, int length) throws IOException {
        size += length;
        if (size > MAX_SIZE) {
            throw new IOException("the agent's output is larger than " + MAX_SIZE / (1024 * 1024) + " MiB, compressed");
        }
        try {
            if (overflow == null && size > MAX_IN_MEMORY) {
                overflow = open();
                append(memory.toByteArray(), 0, memory.size());
                memory.reset();
            }
            if (overflow == null) {
                memory.write(bytes, offset, length);
            } else {
                append(bytes, offset, length);
            }
        } catch (IOException e) {
            throw new IOException("cannot keep the agent's output in " + folder + ": " + reason(e), e);
        }
    }

    /** A file that loses its name at once where the system allows that, and else when the process ends. */
    private FileChannel open() throws IOException {
        Path file = folder.resolve(PREFIX + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE) + SUFFIX);
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                OwnerOnly.file(folder));
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        while (rest.hasRemaining()) {
            overflow.write(rest);
        }
    }

    /**
     * Deletes files that still have a name: of a process that was killed before its file had lost it, or whose system does not
     * allow that. Whoever uses one has it open, and does not need the name.
     */
    private static void deleteLeftovers(Path folder) {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.fine(() -> "leftovers of a push stay in " + folder + ": " + e);
        }
    }

    /** A file system's own message names the file, which is another every time: each would look like news. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied for user '" + System.getProperty("user.name") + "'";
        }
        if (e instanceof NoSuchFileException) {
            return "no such directory";
        }
        return e instanceof FileSystemException refused && refused.getReason() != null
                ? refused.getReason()
                : e.getMessage();
    }
}

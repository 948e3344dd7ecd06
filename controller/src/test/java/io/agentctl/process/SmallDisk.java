package io.agentctl.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A real file system of a few hundred KiB that can be filled, made read-only, and taken away and brought back. */
public final class SmallDisk implements AutoCloseable {
    private final Path source;
    private final Path mounted;
    private boolean present;

    private SmallDisk(Path source, Path mounted) {
        this.source = source;
        this.mounted = mounted;
    }

    /**
     * Makes a disk and mounts it; skips the test where that is not permitted.
     *
     * @param folder an existing folder, with room for a folder {@code disk}
     * @param mounted an existing, empty folder: where the disk is to be
     */
    public static SmallDisk mountedAt(Path mounted, Path folder) throws IOException, InterruptedException {
        Path source = Files.createDirectory(folder.resolve("disk"));
        try {
            Assumptions.assumeTrue(
                    run("mount", "-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", source.toString()) == 0,
                    "file systems can be mounted by root only, and not everywhere");
        } catch (IOException e) {
            Assumptions.abort("there is no mount command");
        }
        SmallDisk disk = new SmallDisk(source, mounted);
        disk.bringBack();
        return disk;
    }

    /** Leaves no room on it. */
    public SmallDisk fill() throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(source.resolve("filler"))) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
        return this;
    }

    /** Leaves room on it again. */
    public SmallDisk empty() throws IOException {
        Files.delete(source.resolve("filler"));
        return this;
    }

    /** Refuses all changes. */
    public SmallDisk makeReadOnly() throws IOException, InterruptedException {
        succeed("mount", "-o", "remount,ro", source.toString());
        return this;
    }

    /** Allows changes again. */
    public SmallDisk makeWritable() throws IOException, InterruptedException {
        succeed("mount", "-o", "remount,rw", source.toString());
        return this;
    }

    /** Unmounts it: where it was is an empty folder. */
    public SmallDisk takeAway() throws IOException, InterruptedException {
        succeed("umount", "--lazy", mounted.toString());
        present = false;
        return this;
    }

    /** Mounts it as it was. */
    public SmallDisk bringBack() throws IOException, InterruptedException {
        succeed("mount", "--bind", source.toString(), mounted.toString());
        present = true;
        return this;
    }

    @Override
    public void close() throws IOException {
        try {
            if (present) {
                takeAway();
            }
            succeed("umount", "--lazy", source.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void succeed(String... command) throws IOException, InterruptedException {
        if (run(command) != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

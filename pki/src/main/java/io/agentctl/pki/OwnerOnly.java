package io.agentctl.pki;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** How files with secrets are made, so that from the first byte their owner alone can read them. */
public final class OwnerOnly {
    private OwnerOnly() {}

    /**
     * Returns what to make a file with.
     *
     * @param near the file, or anything on its file system
     * @return mode 0600; nothing where a file system has no modes and a file inherits its folder's access list
     */
    public static FileAttribute<?>[] file(Path near) {
        return mode(near, "rw-------");
    }

    /**
     * Returns what to make a folder with.
     *
     * @param near the folder, or anything on its file system
     * @return mode 0700; nothing where a file system has no modes
     */
    public static FileAttribute<?>[] folder(Path near) {
        return mode(near, "rwx------");
    }

    private static FileAttribute<?>[] mode(Path near, String mode) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}

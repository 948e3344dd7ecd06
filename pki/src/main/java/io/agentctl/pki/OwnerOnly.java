package io.agentctl.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;

/**
 * How files with secrets are made, so that from the first byte their owner alone can read them: by mode, or on Windows by an access list
 * that also admits administrators, the system and our service.
 */
public final class OwnerOnly {
    private static final Set<AclEntryFlag> INHERITED =
            Set.copyOf(EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT));

    private static final Logger LOG = Logger.getLogger("io.agentctl.registry");

    private OwnerOnly() {}

    /**
     * Returns what to make a file with.
     *
     * @param near the file, or anything on its file system
     * @return mode 0600 or an access list; nothing where a file system has neither
     */
    public static FileAttribute<?>[] file(Path near) {
        return attributes(near, "rw-------", Set.of());
    }

    /**
     * Returns what to make a folder with.
     *
     * @param near the folder, or anything on its file system
     * @return mode 0700 or an access list for it and all that will be in it; nothing where a file system has neither
     */
    public static FileAttribute<?>[] folder(Path near) {
        return attributes(near, "rwx------", INHERITED);
    }

    /**
     * Takes away what a new file or folder has got from the folder above besides; to be called before anything is in it. Only access
     * lists are mixed so, modes are not.
     *
     * @param made what was made with the attributes of {@link #file} or {@link #folder}
     * @throws IOException if that is refused
     */
    public static void seal(Path made) throws IOException {
        if (AccessLists.govern(made)) {
            seal(made, AccessLists.ofThisProcess());
        }
    }

    static void seal(Path made, AccessLists lists) throws IOException {
        Optional<List<AclEntry>> closed = lists.closed(made, Files.isDirectory(made) ? INHERITED : Set.of());
        if (closed.isPresent()) {
            AccessLists.view(made).setAcl(closed.get());
        }
    }

    private static FileAttribute<?>[] attributes(Path near, String mode, Set<AclEntryFlag> flags) {
        if (near.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))};
        }
        return AccessLists.govern(near) ? list(near, flags) : new FileAttribute<?>[0];
    }

    private static FileAttribute<?>[] list(Path near, Set<AclEntryFlag> flags) {
        try {
            return AccessLists.ofThisProcess()
                    .closed(near, flags)
                    .map(list -> new FileAttribute<?>[] {new AccessList(list)})
                    .orElseGet(() -> new FileAttribute<?>[0]);
        } catch (IOException e) {
            // Then it has its folder's, which is looked at elsewhere.
            LOG.fine(() -> "no access list can be made for " + near + ": " + e);
            return new FileAttribute<?>[0];
        }
    }

    private record AccessList(List<AclEntry> value) implements FileAttribute<List<AclEntry>> {
        @Override
        public String name() {
            return "acl:acl";
        }
    }
}

package io.agentctl.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;

/** Tells who may do what with files. */
@FunctionalInterface
public interface FileAccessView {

    /**
     * Looks at a file or folder; symbolic links are followed.
     *
     * @param path which one
     * @return who may do what; empty where the file system has neither modes nor access lists
     * @throws IOException if it is missing or cannot be looked at
     */
    Optional<FileAccess> of(Path path) throws IOException;

    /** Returns the view of this process. */
    static FileAccessView ofThisProcess() {
        return FileAccessView::look;
    }

    private static Optional<FileAccess> look(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return AccessLists.govern(path)
                    ? Optional.of(AccessLists.ofThisProcess().look(path))
                    : Optional.empty();
        }
        Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid,owner");
        int uid = (int) attributes.get("uid");
        String owner = ((UserPrincipal) attributes.get("owner")).getName();
        return Optional.of(new ModeAccess(
                (int) attributes.get("mode"),
                owner,
                uid == 0 || owner.equals(System.getProperty("user.name")) || isOurs(uid)));
    }

    /** A user without a name, as in a container, is told by number, where the system has a place for that. */
    private static boolean isOurs(int uid) {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(uid);
        } catch (IOException e) {
            return false;
        }
    }
}

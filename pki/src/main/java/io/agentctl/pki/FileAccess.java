package io.agentctl.pki;

import java.nio.file.Path;

/** Who may do what with a file or folder, and by which command the operator changes that. */
public interface FileAccess {

    /** Returns the owner's name. */
    String owner();

    /** Returns whether the owner is the user that this process runs as, or one who may do everything anyway. */
    boolean isTrusted();

    /** Returns whether others than the owner, and those who may do everything anyway, may do anything at all. */
    boolean isShared();

    /** Returns whether any of these others may change it. */
    boolean isChangeableByOthers();

    /** Returns whether only the members of the file's group may do something with it, and may not change it. */
    boolean isReadableByGroupAlone();

    /** Returns what lets them, such as {@code mode 0755}. */
    String label();

    /** Returns who else may do what, such as {@code its group can read and change it, everyone can read it}. */
    String sharing();

    /**
     * Returns the command that keeps all others out.
     *
     * @param path the file or folder
     * @param wanted the mode it is to have, where there are modes
     */
    String closing(Path path, String wanted);

    /**
     * Returns the command that lets others read it at most.
     *
     * @param path the file
     */
    String protecting(Path path);

    /**
     * Returns the command that makes a user its owner.
     *
     * @param path the file or folder
     * @param user the user's name
     */
    String handingOver(Path path, String user);
}

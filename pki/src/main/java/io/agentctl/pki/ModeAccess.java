package io.agentctl.pki;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Who may do what, as far as an owner and a mode tell.
 *
 * @param mode the permission bits, such as 0750
 * @param owner the owner's name
 * @param isTrusted whether the owner is root, who may do everything anyway, or the user that this process runs as
 */
public record ModeAccess(int mode, String owner, boolean isTrusted) implements FileAccess {
    private static final int ALL = 0007777;
    private static final int READ = 4;
    private static final int WRITE = 2;
    private static final int SEARCH = 1;
    private static final int GROUP_BITS = 3;

    /** Drops the bits that tell files from folders. */
    public ModeAccess {
        mode &= ALL;
    }

    @Override
    public boolean isShared() {
        return group() != 0 || world() != 0;
    }

    @Override
    public boolean isChangeableByOthers() {
        return ((group() | world()) & WRITE) != 0;
    }

    @Override
    public boolean isReadableByGroupAlone() {
        return world() == 0 && (group() & WRITE) == 0;
    }

    /** Returns the mode as {@code chmod} takes it. */
    public String octal() {
        return String.format(Locale.ROOT, "%04o", mode);
    }

    @Override
    public String label() {
        return "mode " + octal();
    }

    @Override
    public String closing(Path path, String wanted) {
        return "chmod " + wanted + " " + path;
    }

    @Override
    public String protecting(Path path) {
        return "chown root " + path + " && chmod 0755 " + path;
    }

    @Override
    public String handingOver(Path path, String user) {
        return "chown " + user + " " + path;
    }

    @Override
    public String sharing() {
        String group = "its group can " + verbs(group()) + " it";
        String world = "everyone can " + verbs(world()) + " it";
        if (world() == 0) {
            return group;
        }
        return group() == 0 || verbs(group()).equals(verbs(world())) ? world : group + ", " + world;
    }

    private int group() {
        return mode >> GROUP_BITS & 7;
    }

    private int world() {
        return mode & 7;
    }

    private static String verbs(int bits) {
        return switch (bits & (READ | WRITE)) {
            case READ | WRITE -> "read and change";
            case READ -> "read";
            case WRITE -> "change";
            default -> (bits & SEARCH) != 0 ? "enter or run" : "do nothing with";
        };
    }
}

package io.agentctl.pki;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who may do what, as far as an owner and an access list tell.
 *
 * @param owner the owner's name
 * @param isTrusted whether the owner is this process's user, or one who may do everything anyway
 * @param others all others whom the list grants something, each once
 */
public record ListAccess(String owner, boolean isTrusted, List<Grant> others) implements FileAccess {

    /**
     * What somebody may do.
     *
     * @param name who, as the system calls them
     * @param reads whether they may read it
     * @param changes whether they may change it, or who may
     */
    public record Grant(String name, boolean reads, boolean changes) {
        private String words() {
            if (changes) {
                return name + (reads ? " can read and change it" : " can change it");
            }
            return name + (reads ? " can read it" : " can look at it");
        }
    }

    /** Copies the list. */
    public ListAccess {
        others = List.copyOf(others);
    }

    @Override
    public boolean isShared() {
        return !others.isEmpty();
    }

    @Override
    public boolean isChangeableByOthers() {
        return others.stream().anyMatch(Grant::changes);
    }

    /** There is no group that a file's owner belongs to. */
    @Override
    public boolean isReadableByGroupAlone() {
        return false;
    }

    @Override
    public String label() {
        return "an access list";
    }

    @Override
    public String sharing() {
        return others.stream().map(Grant::words).collect(Collectors.joining(", "));
    }

    @Override
    public String closing(Path path, String wanted) {
        return removing(path, grant -> true);
    }

    @Override
    public String protecting(Path path) {
        return removing(path, Grant::changes);
    }

    @Override
    public String handingOver(Path path, String user) {
        return "icacls \"" + path + "\" /setowner \"" + user + "\"";
    }

    /** What comes from the folder above has to become the file's own first, or it could not be removed. */
    private String removing(Path path, Predicate<Grant> whose) {
        return "icacls \"" + path + "\" /inheritance:d /remove:g"
                + others.stream()
                        .filter(whose)
                        .map(grant -> " \"" + grant.name() + "\"")
                        .collect(Collectors.joining());
    }
}

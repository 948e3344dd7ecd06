package io.agentctl.connection;

import io.agentctl.pki.FileAccess;
import io.agentctl.pki.FileAccessView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Looks whether others can get at the private keys: by the modes or access lists, and the owners, of the home directory and the registry in it. What is
 * wrong is a warning, since hosts that were set up by others must go on working, or a refusal where the operator wants that.
 *
 * @param home the home directory
 * @param registry the registry file
 * @param view tells who may do what
 * @param strict whether to refuse
 */
public record HomeGuard(Path home, Path registry, FileAccessView view, boolean strict) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registry");

    /**
     * What is wrong.
     *
     * @param level how much
     * @param text what
     * @param remedy how to mend it: a command, and what is to follow
     */
    public record Finding(Level level, String text, String remedy) {
        private String sentence() {
            return text + "; " + remedy;
        }
    }

    /**
     * Looks once. What is missing is made by us, and then rightly.
     *
     * @return all that is wrong
     * @throws RegistryException if it cannot be told who may do what
     */
    public List<Finding> findings() throws RegistryException {
        List<Finding> findings = new ArrayList<>();
        look(home).ifPresent(access -> judgeHome(access, findings));
        look(registry).ifPresent(access -> judgeRegistry(access, findings));
        return findings;
    }

    /**
     * Looks once, and warns.
     *
     * @throws RegistryException if something is wrong and strictness is wanted; it says all that is wrong
     */
    public void check() throws RegistryException {
        List<Finding> findings = findings();
        if (strict && !findings.isEmpty()) {
            throw new RegistryException(findings.stream().map(Finding::sentence).collect(Collectors.joining("; "))
                    + "; strict_permissions is set");
        }
        findings.forEach(finding -> LOG.log(finding.level(), finding.sentence()));
    }

    private Optional<FileAccess> look(Path path) throws RegistryException {
        try {
            Optional<FileAccess> access = view.of(path);
            if (access.isEmpty()) {
                LOG.fine(() -> path
                        + ": its file system has neither modes nor access lists, so who can get at it is not checked");
            }
            return access;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException("cannot look at " + path + ": " + PrivateFile.reason(e), e);
        }
    }

    private void judgeHome(FileAccess access, List<Finding> findings) {
        judgeOwner(home, access, "who can replace what lies there", findings);
        if (access.isShared()) {
            // What lies there is guarded by modes of its own. The vendor's packages leave folders that a group or all
            // can read.
            Level level = access.isReadableByGroupAlone() ? Level.INFO : Level.WARNING;
            String danger = access.isChangeableByOthers() ? ", and so replace the private keys" : "";
            findings.add(new Finding(
                    level,
                    "the home directory " + home + " has " + access.label() + ": " + access.sharing() + danger,
                    "run: " + access.closing(home, "0700")));
        }
    }

    private void judgeRegistry(FileAccess access, List<Finding> findings) {
        judgeOwner(registry, access, "who can read and change the private keys", findings);
        if (access.isShared()) {
            findings.add(new Finding(
                    Level.WARNING,
                    registry + " has " + access.label() + ": " + access.sharing() + ", private keys included",
                    "run: " + access.closing(registry, "0600")
                            + ", then renew what others may have read: renew-certificate --all --force"));
        }
    }

    private static void judgeOwner(Path path, FileAccess access, String danger, List<Finding> findings) {
        if (!access.isTrusted()) {
            String us = System.getProperty("user.name");
            findings.add(new Finding(
                    Level.WARNING,
                    path + " (" + access.label() + ") belongs to user '" + access.owner() + "', " + danger
                            + ", while this is run by '" + us + "'",
                    "run this as that user, or: " + access.handingOver(path, us)));
        }
    }
}

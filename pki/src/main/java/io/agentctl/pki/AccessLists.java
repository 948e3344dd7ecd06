package io.agentctl.pki;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads and makes access lists, as Windows has them. Trusted are the accounts that agent-ctl runs as, and whoever may change the
 * operating system's own folder, since they may do everything anyway: Windows calls administrators by another name in every language, and
 * Java does not tell who they are.
 *
 * @param systemFolder the operating system's own folder
 * @param accounts who we are, and whom our service runs as; those that do not exist are passed over
 */
record AccessLists(String systemFolder, List<String> accounts) {
    /** The installer's service, which other commands leave files for. */
    private static final String SERVICE = "NT SERVICE\\agent-ctl";

    /** Who replaces the operating system's files, and has no business with ours. */
    private static final String INSTALLER = "\\trustedinstaller";

    private static final Set<AclEntryPermission> CHANGES = EnumSet.of(
            AclEntryPermission.WRITE_DATA,
            AclEntryPermission.APPEND_DATA,
            AclEntryPermission.DELETE,
            AclEntryPermission.DELETE_CHILD,
            AclEntryPermission.WRITE_ACL,
            AclEntryPermission.WRITE_OWNER);

    AccessLists {
        accounts = List.copyOf(accounts);
    }

    /** Returns those of this process. */
    static AccessLists ofThisProcess() {
        String user = System.getProperty("user.name");
        String domain = System.getenv("USERDOMAIN");
        List<String> accounts = new ArrayList<>();
        accounts.add(domain == null ? user : domain + "\\" + user);
        accounts.add(user);
        accounts.add(SERVICE);
        return new AccessLists(Optional.ofNullable(System.getenv("SystemRoot")).orElse("C:\\Windows"), accounts);
    }

    /** Returns whether a file's file system has access lists, and no modes. */
    static boolean govern(Path path) {
        Set<String> views = path.getFileSystem().supportedFileAttributeViews();
        return views.contains("acl") && !views.contains("posix");
    }

    /**
     * Looks at a file or folder.
     *
     * @throws IOException if it is missing or cannot be looked at
     */
    FileAccess look(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        Set<UserPrincipal> trusted = new LinkedHashSet<>(ourselves(path.getFileSystem()));
        trusted.addAll(rulers(path.getFileSystem()));
        AclFileAttributeView view = view(path);
        Map<UserPrincipal, ListAccess.Grant> others = new LinkedHashMap<>();
        for (AclEntry entry : view.getAcl()) {
            // What forbids is passed over: better one warning too many.
            if (isEffective(entry) && !trusted.contains(entry.principal())) {
                others.merge(entry.principal(), grant(entry), AccessLists::both);
            }
        }
        UserPrincipal owner = view.getOwner();
        return new ListAccess(name(owner), trusted.contains(owner), List.copyOf(others.values()));
    }

    /**
     * Returns the list that lets nobody but those who are trusted do anything.
     *
     * @param near the file or folder, or anything on its file system
     * @param flags what a folder hands on
     * @return the list; empty where it would shut ourselves out, since nobody knows who we are
     */
    Optional<List<AclEntry>> closed(Path near, Set<AclEntryFlag> flags) throws IOException {
        FileSystem fileSystem = near.getFileSystem();
        Set<UserPrincipal> admitted = new LinkedHashSet<>(ourselves(fileSystem));
        if (admitted.isEmpty()) {
            return Optional.empty();
        }
        rulers(fileSystem).stream()
                .filter(ruler -> !ruler.getName().toLowerCase(Locale.ROOT).endsWith(INSTALLER))
                .forEach(admitted::add);
        return Optional.of(admitted.stream()
                .map(principal -> AclEntry.newBuilder()
                        .setType(AclEntryType.ALLOW)
                        .setPrincipal(principal)
                        .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                        .setFlags(flags)
                        .build())
                .collect(Collectors.toList()));
    }

    static AclFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, AclFileAttributeView.class);
    }

    private Set<UserPrincipal> ourselves(FileSystem fileSystem) throws IOException {
        Set<UserPrincipal> found = new LinkedHashSet<>();
        for (String account : accounts) {
            try {
                found.add(fileSystem.getUserPrincipalLookupService().lookupPrincipalByName(account));
            } catch (UserPrincipalNotFoundException e) {
                // A name of ours by which the system does not know us, or there is no such service.
            }
        }
        return found;
    }

    private Set<UserPrincipal> rulers(FileSystem fileSystem) throws IOException {
        return view(fileSystem.getPath(systemFolder)).getAcl().stream()
                .filter(entry -> isEffective(entry) && grant(entry).changes())
                .map(AclEntry::principal)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isEffective(AclEntry entry) {
        return entry.type() == AclEntryType.ALLOW && !entry.flags().contains(AclEntryFlag.INHERIT_ONLY);
    }

    private static ListAccess.Grant grant(AclEntry entry) {
        return new ListAccess.Grant(
                name(entry.principal()),
                entry.permissions().contains(AclEntryPermission.READ_DATA),
                entry.permissions().stream().anyMatch(CHANGES::contains));
    }

    /** Java writes \Everyone for one who belongs to no domain, which no command understands. */
    private static String name(UserPrincipal principal) {
        String name = principal.getName();
        return name.startsWith("\\") ? name.substring(1) : name;
    }

    private static ListAccess.Grant both(ListAccess.Grant one, ListAccess.Grant other) {
        return new ListAccess.Grant(one.name(), one.reads() || other.reads(), one.changes() || other.changes());
    }
}

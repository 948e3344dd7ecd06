package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access lists as Windows has them, on a file system in memory that has them everywhere: who is trusted, what is said of others. */
class AccessListsTest {
    private static final Set<AclEntryPermission> READ = EnumSet.of(
            AclEntryPermission.READ_DATA, AclEntryPermission.READ_ATTRIBUTES, AclEntryPermission.SYNCHRONIZE);
    private static final Set<AclEntryPermission> WRITE = EnumSet.of(AclEntryPermission.APPEND_DATA);
    private static final Set<AclEntryPermission> ALL = EnumSet.allOf(AclEntryPermission.class);
    private static final String SERVICE = "NT SERVICE\\agent-ctl";

    private final AccessLists lists = new AccessLists("C:\\Windows", List.of("HOST\\me", SERVICE));
    private FileSystem windows;
    private Path home;

    @BeforeEach
    void start() throws IOException {
        windows = Jimfs.newFileSystem(Configuration.windows().toBuilder()
                .setAttributeViews("basic", "owner", "dos", "acl", "user")
                .build());
        // As on a German Windows.
        list(
                Files.createDirectory(windows.getPath("C:\\Windows")),
                "NT SERVICE\\TrustedInstaller",
                allow("NT SERVICE\\TrustedInstaller", ALL),
                allow("NT-AUTORITÄT\\SYSTEM", ALL),
                allow("VORDEFINIERT\\Administratoren", ALL),
                allow("VORDEFINIERT\\Benutzer", READ),
                allow("ERSTELLER-BESITZER", ALL, AclEntryFlag.INHERIT_ONLY, AclEntryFlag.FILE_INHERIT));
        home = Files.createDirectories(windows.getPath("C:\\ProgramData\\checkmk\\agent"));
    }

    @AfterEach
    void stop() throws IOException {
        windows.close();
    }

    @Test
    void findsNothingWrongWithUsAndThoseWhoMayDoEverything() throws Exception {
        list(
                home,
                "VORDEFINIERT\\Administratoren",
                allow("NT-AUTORITÄT\\SYSTEM", ALL),
                allow("VORDEFINIERT\\Administratoren", ALL),
                allow(SERVICE, ALL),
                allow("HOST\\me", ALL));

        FileAccess access = lists.look(home);

        assertThat(access.isShared()).isFalse();
        assertThat(access.isChangeableByOthers()).isFalse();
        assertThat(access.isTrusted()).isTrue();
        assertThat(access.owner()).isEqualTo("VORDEFINIERT\\Administratoren");
    }

    @Test
    void saysWhoElseCanDoWhatAndHowToEndIt() throws Exception {
        list(
                home,
                "HOST\\eve",
                allow("NT-AUTORITÄT\\SYSTEM", ALL),
                allow("VORDEFINIERT\\Benutzer", READ),
                allow("\\Jeder", EnumSet.of(AclEntryPermission.READ_ATTRIBUTES)),
                allow("HOST\\eve", WRITE),
                allow("HOST\\bob", READ),
                allow("HOST\\bob", WRITE),
                deny("HOST\\carol"),
                allow("ERSTELLER-BESITZER", ALL, AclEntryFlag.INHERIT_ONLY));

        FileAccess access = lists.look(home);

        assertThat(access.label()).isEqualTo("an access list");
        assertThat(access.sharing())
                .isEqualTo("VORDEFINIERT\\Benutzer can read it, Jeder can look at it, HOST\\eve can change it,"
                        + " HOST\\bob can read and change it");
        assertThat(access.isShared()).isTrue();
        assertThat(access.isChangeableByOthers()).isTrue();
        assertThat(access.isReadableByGroupAlone()).isFalse();
        assertThat(access.isTrusted()).isFalse();
        assertThat(access.closing(home, "0700"))
                .isEqualTo("icacls \"C:\\ProgramData\\checkmk\\agent\" /inheritance:d /remove:g"
                        + " \"VORDEFINIERT\\Benutzer\" \"Jeder\" \"HOST\\eve\" \"HOST\\bob\"");
        assertThat(access.protecting(home))
                .isEqualTo("icacls \"C:\\ProgramData\\checkmk\\agent\" /inheritance:d /remove:g"
                        + " \"HOST\\eve\" \"HOST\\bob\"");
        assertThat(access.handingOver(home, "me"))
                .isEqualTo("icacls \"C:\\ProgramData\\checkmk\\agent\" /setowner \"me\"");
    }

    @Test
    void looksAtNothingThatIsMissing() {
        assertThatThrownBy(() -> lists.look(home.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void letsNobodyElseAtWhatItCloses() throws Exception {
        list(home, "HOST\\me", allow("VORDEFINIERT\\Benutzer", READ), allow("Jeder", ALL));

        OwnerOnly.seal(home, lists);

        assertThat(lists.look(home).isShared()).isFalse();
        assertThat(acl(home))
                .extracting(entry -> entry.principal().getName())
                .containsExactlyInAnyOrder(
                        "HOST\\me", SERVICE, "NT-AUTORITÄT\\SYSTEM", "VORDEFINIERT\\Administratoren");
        assertThat(acl(home))
                .allSatisfy(entry -> assertThat(entry.flags())
                        .containsExactlyInAnyOrder(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT))
                .allSatisfy(entry -> assertThat(entry.permissions()).isEqualTo(ALL));

        Path file = Files.createFile(home.resolve("file"));
        OwnerOnly.seal(file, lists);
        assertThat(acl(file))
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry.flags()).isEmpty());
    }

    @Test
    @SuppressWarnings("unchecked") // it is that by its name
    void makesFilesAndFoldersWithSuchAListFromTheFirst() {
        FileAttribute<?>[] ofFolder = OwnerOnly.folder(home);
        FileAttribute<?>[] ofFile = OwnerOnly.file(home);

        assertThat(ofFolder).singleElement().satisfies(attribute -> {
            assertThat(attribute.name()).isEqualTo("acl:acl");
            assertThat((List<AclEntry>) attribute.value())
                    .allSatisfy(entry -> assertThat(entry.flags()).hasSize(2))
                    .extracting(entry -> entry.principal().getName())
                    .contains(
                            System.getProperty("user.name"),
                            SERVICE,
                            "NT-AUTORITÄT\\SYSTEM",
                            "VORDEFINIERT\\Administratoren")
                    .doesNotContain("VORDEFINIERT\\Benutzer", "NT SERVICE\\TrustedInstaller");
        });
        assertThat(ofFile)
                .singleElement()
                .satisfies(attribute -> assertThat((List<AclEntry>) attribute.value())
                        .isNotEmpty()
                        .allSatisfy(entry -> assertThat(entry.flags()).isEmpty()));
    }

    @Test
    void leavesTheFoldersListWhereNobodyKnowsWhoWeAre() throws Exception {
        list(home, "HOST\\me", allow("Jeder", ALL));
        AccessLists nobody = new AccessLists("C:\\Windows", List.of());

        assertThat(nobody.closed(home, Set.of())).isEmpty();
        OwnerOnly.seal(home, nobody);

        assertThat(acl(home)).hasSize(1);
    }

    @Test
    void governsWhereThereAreListsAndNoModes() throws Exception {
        assertThat(AccessLists.govern(home)).isTrue();
        assertThat(AccessLists.govern(Path.of("."))).isFalse();
        try (FileSystem plain = Jimfs.newFileSystem(Configuration.windows())) {
            assertThat(AccessLists.govern(plain.getPath("C:\\"))).isFalse();
        }
    }

    @Test
    void viewsThemWhereverTheyGovern() throws Exception {
        Files.createFile(home.resolve("file"));

        assertThat(FileAccessView.ofThisProcess().of(home.resolve("file"))).containsInstanceOf(ListAccess.class);
    }

    private List<AclEntry> acl(Path path) throws IOException {
        return Files.getFileAttributeView(path, AclFileAttributeView.class).getAcl();
    }

    private void list(Path path, String owner, AclEntry... entries) throws IOException {
        AclFileAttributeView view = Files.getFileAttributeView(path, AclFileAttributeView.class);
        view.setOwner(principal(owner));
        view.setAcl(List.of(entries));
    }

    private AclEntry allow(String name, Set<AclEntryPermission> permissions, AclEntryFlag... flags) throws IOException {
        return entry(AclEntryType.ALLOW, name, permissions, flags);
    }

    private AclEntry deny(String name) throws IOException {
        return entry(AclEntryType.DENY, name, ALL);
    }

    private AclEntry entry(AclEntryType type, String name, Set<AclEntryPermission> permissions, AclEntryFlag... flags)
            throws IOException {
        return AclEntry.newBuilder()
                .setType(type)
                .setPrincipal(principal(name))
                .setPermissions(permissions)
                .setFlags(flags)
                .build();
    }

    private UserPrincipal principal(String name) throws IOException {
        return windows.getUserPrincipalLookupService().lookupPrincipalByName(name);
    }
}

package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What modes mean, and that files for the owner alone are made so. */
@EnabledOnOs({OS.LINUX, OS.MAC, OS.FREEBSD})
class FileAccessTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "0750, its group can read it",
                "0710, its group can enter or run it",
                "0755, everyone can read it",
                "0705, everyone can read it",
                "0775, \"its group can read and change it, everyone can read it\"",
                "0777, everyone can read and change it",
                "0602, everyone can change it",
            })
    void saysWhoCanDoWhat(String mode, String words) {
        ModeAccess access = new ModeAccess(Integer.parseInt(mode, 8), "root", true);

        assertThat(access.sharing()).isEqualTo(words);
        assertThat(access.isShared()).isTrue();
        assertThat(access.octal()).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({
        // mode, shared, changeable by others, readable by the group alone
        "0700, false, false, true",
        "0400, false, false, true",
        "0750, true, false, true",
        "0770, true, true, false",
        "0755, true, false, false",
        "0702, true, true, false",
        "2750, true, false, true",
    })
    void tellsHowBadItIs(String mode, boolean shared, boolean changeable, boolean groupAlone) {
        ModeAccess access = new ModeAccess(Integer.parseInt(mode, 8), "root", true);

        assertThat(access.isShared()).isEqualTo(shared);
        assertThat(access.isChangeableByOthers()).isEqualTo(changeable);
        assertThat(access.isReadableByGroupAlone()).isEqualTo(groupAlone);
    }

    @Test
    void looksAtRealFilesAndFollowsLinks() throws Exception {
        Path file = Files.createFile(folder.resolve("file"), OwnerOnly.file(folder));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        FileAccess access = FileAccessView.ofThisProcess().of(link).orElseThrow();

        assertThat(access.label()).isEqualTo("mode 0640");
        assertThat(access.isTrusted()).isTrue();
        assertThat(access.owner()).isEqualTo(Files.getOwner(file).getName());
        assertThatThrownBy(() -> FileAccessView.ofThisProcess().of(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void trustsNoStranger() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Assumptions.assumeTrue(
                Files.getAttribute(file, "unix:uid").equals(0), "only root can give a file to somebody else");
        Files.setAttribute(file, "unix:uid", 65_534);

        assertThat(FileAccessView.ofThisProcess().of(file).orElseThrow().isTrusted())
                .isFalse();
    }

    @Test
    void makesFilesAndFoldersForTheOwnerAlone() throws Exception {
        Path made = Files.createDirectory(folder.resolve("made"), OwnerOnly.folder(folder));

        assertThat(label(made)).isEqualTo("mode 0700");
        assertThat(label(Files.createFile(made.resolve("file"), OwnerOnly.file(made))))
                .isEqualTo("mode 0600");
    }

    @Test
    void knowsFileSystemsWithoutModes() throws Exception {
        URI archive = URI.create("jar:" + folder.resolve("a.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path file = zip.getPath("/file");

            assertThat(OwnerOnly.file(file)).isEmpty();
            assertThat(OwnerOnly.folder(file)).isEmpty();
            assertThat(Files.createFile(file, OwnerOnly.file(file))).exists();
            assertThat(FileAccessView.ofThisProcess().of(file)).isEmpty();
        }
    }

    private static String label(Path path) throws Exception {
        return FileAccessView.ofThisProcess().of(path).orElseThrow().label();
    }
}

package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.ThreadLog;
import io.agentctl.pki.FileAccess;
import io.agentctl.pki.ListAccess;
import io.agentctl.pki.ModeAccess;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What is said of modes and owners that let others at the keys, and how loud. */
class HomeGuardTest {
    private static final Path HOME = Path.of("/var/lib/cmk-agent");
    private static final Path REGISTRY = HOME.resolve("registered_connections.json");
    private static final String US = System.getProperty("user.name");
    private static final FileAccess OWN_FOLDER = new ModeAccess(0700, "cmk-agent", true);
    private static final FileAccess OWN_FILE = new ModeAccess(0600, "cmk-agent", true);

    @Test
    void isSilentWhereAllIsRight() {
        assertThat(warnings(Map.of(HOME, OWN_FOLDER, REGISTRY, OWN_FILE))).isEmpty();
    }

    @Test
    void isSilentWhereNothingIsThereYet() {
        assertThat(warnings(Map.of())).isEmpty();
    }

    @Test
    void mentionsAHomeThatAGroupCanReadInPassing() {
        assertThat(warnings(Map.of(HOME, new ModeAccess(0750, "cmk-agent", true), REGISTRY, OWN_FILE)))
                .containsExactly(
                        "INFO the home directory /var/lib/cmk-agent has mode 0750: its group can read it; run: chmod 0700 /var/lib/cmk-agent");
    }

    @Test
    void warnsOfAHomeThatEveryoneCanRead() {
        assertThat(warnings(Map.of(HOME, new ModeAccess(0755, "cmk-agent", true), REGISTRY, OWN_FILE)))
                .containsExactly(
                        "WARNING the home directory /var/lib/cmk-agent has mode 0755: everyone can read it; run: chmod 0700 /var/lib/cmk-agent");
    }

    @Test
    void warnsOfAHomeThatAGroupCanChange() {
        assertThat(warnings(Map.of(HOME, new ModeAccess(0770, "cmk-agent", true), REGISTRY, OWN_FILE)))
                .containsExactly(
                        "WARNING the home directory /var/lib/cmk-agent has mode 0770: its group can read and change it, and so replace the"
                                + " private keys; run: chmod 0700 /var/lib/cmk-agent");
    }

    @Test
    void warnsOfARegistryThatOthersCanRead() {
        assertThat(warnings(Map.of(HOME, OWN_FOLDER, REGISTRY, new ModeAccess(0640, "cmk-agent", true))))
                .containsExactly("WARNING " + REGISTRY
                        + " has mode 0640: its group can read it, private keys included; run: chmod 0600 "
                        + REGISTRY + ", then renew what others may have read: renew-certificate --all --force");
    }

    @Test
    void warnsOfForeignOwners() {
        assertThat(warnings(Map.of(
                        HOME, new ModeAccess(0700, "mallory", false), REGISTRY, new ModeAccess(0600, "eve", false))))
                .containsExactly(
                        "WARNING " + HOME
                                + " (mode 0700) belongs to user 'mallory', who can replace what lies there, while this is run by '"
                                + US + "'; run this as that user, or: chown " + US + " " + HOME,
                        "WARNING " + REGISTRY
                                + " (mode 0600) belongs to user 'eve', who can read and change the private keys, while this is run by '"
                                + US + "'; run this as that user, or: chown " + US + " " + REGISTRY);
    }

    @Test
    void warnsOfWhomElseAnAccessListLetsIn() {
        FileAccess list = new ListAccess(
                "mallory",
                false,
                List.of(
                        new ListAccess.Grant("BUILTIN\\Users", true, false),
                        new ListAccess.Grant("Everyone", true, true)));

        assertThat(warnings(Map.of(HOME, list, REGISTRY, OWN_FILE)))
                .containsExactly(
                        "WARNING " + HOME
                                + " (an access list) belongs to user 'mallory', who can replace what lies there, while this is run by '"
                                + US + "'; run this as that user, or: icacls \"" + HOME + "\" /setowner \"" + US + "\"",
                        "WARNING the home directory " + HOME
                                + " has an access list: BUILTIN\\Users can read it, Everyone can read and change it, and so replace the"
                                + " private keys; run: icacls \"" + HOME
                                + "\" /inheritance:d /remove:g \"BUILTIN\\Users\" \"Everyone\"");
    }

    @Test
    void refusesAllOfItInTheSameWordsWhereThatIsWanted() {
        Map<Path, FileAccess> files = Map.of(
                HOME, new ModeAccess(0750, "cmk-agent", true), REGISTRY, new ModeAccess(0604, "cmk-agent", true));

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> guard(files, true).check())
                .withMessage(
                        "the home directory /var/lib/cmk-agent has mode 0750: its group can read it; run: chmod 0700 /var/lib/cmk-agent; "
                                + REGISTRY
                                + " has mode 0604: everyone can read it, private keys included; run: chmod 0600 "
                                + REGISTRY
                                + ", then renew what others may have read: renew-certificate --all --force; strict_permissions is set");
        assertThatCode(() -> guard(Map.of(HOME, OWN_FOLDER, REGISTRY, OWN_FILE), true)
                        .check())
                .doesNotThrowAnyException();
    }

    @Test
    void saysThatItCannotTellWhereThereAreNoModes() throws Exception {
        Logger logger = Logger.getLogger("io.agentctl.registry");
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE);
        try (ThreadLog log = ThreadLog.of("io.agentctl.registry", Thread.currentThread())) {
            new HomeGuard(HOME, REGISTRY, path -> Optional.empty(), true).check();

            assertThat(log.lines())
                    .containsExactly(
                            "FINE " + HOME
                                    + ": its file system has neither modes nor access lists, so who can get at it is not checked",
                            "FINE " + REGISTRY
                                    + ": its file system has neither modes nor access lists, so who can get at it is not checked");
        } finally {
            logger.setLevel(before);
        }
    }

    @Test
    void doesNotTakeWhatItCannotSeeForGood() {
        HomeGuard guard = new HomeGuard(
                HOME,
                REGISTRY,
                path -> {
                    throw new IOException("Input/output error; the disk fails: the kernel's log says more");
                },
                false);

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(guard::check)
                .withMessage(
                        "cannot look at /var/lib/cmk-agent: Input/output error; the disk fails: the kernel's log says more");
    }

    private static List<String> warnings(Map<Path, FileAccess> files) {
        try (ThreadLog log = ThreadLog.of("io.agentctl.registry", Thread.currentThread())) {
            assertThatCode(() -> guard(files, false).check()).doesNotThrowAnyException();
            return log.lines();
        }
    }

    private static HomeGuard guard(Map<Path, FileAccess> files, boolean strict) {
        return new HomeGuard(
                HOME,
                REGISTRY,
                path -> {
                    if (!files.containsKey(path)) {
                        throw new NoSuchFileException(path.toString());
                    }
                    return Optional.of(files.get(path));
                },
                strict);
    }
}

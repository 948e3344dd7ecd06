package io.agentctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.agent.AgentSource;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which value wins, where it came from, and what is said of one that cannot be understood. */
class SettingsTest {
    @TempDir
    private Path home;

    private Path file;

    @BeforeEach
    void locate() {
        file = home.resolve("cmk-agent-ctl.toml");
    }

    @Test
    void hasDefaults() throws Exception {
        Settings settings = load();

        assertThat(settings.home()).isEqualTo(new Setting<>(home, "environment variable DEBUG_HOME_DIR"));
        assertThat(settings.file()).isEqualTo(file);
        assertThat(settings.pullPort()).isEqualTo(new Setting<>(6556, "default"));
        assertThat(settings.allowedIp()).isEqualTo(new Setting<>(List.of(), "default"));
        assertThat(settings.connectionsPerAddress()).isEqualTo(new Setting<>(3, "default"));
        assertThat(settings.connectionTimeout()).isEqualTo(new Setting<>(Duration.ofSeconds(20), "default"));
        assertThat(settings.compression()).isEqualTo(new Setting<>(1, "default"));
        assertThat(settings.tlsProvider()).isEqualTo(new Setting<>(TlsProvider.AUTO, "default"));
        assertThat(settings.warmUp()).isEqualTo(new Setting<>(true, "default"));
        assertThat(settings.updaterRegistration()).isEqualTo(new Setting<>(UpdaterRegistration.MANUAL, "default"));
        assertThat(settings.keyType()).isEqualTo(new Setting<>(KeyType.EC_P256, "default"));
        assertThat(settings.detectProxy()).isEqualTo(new Setting<>(false, "default"));
        assertThat(settings.validateApiCert()).isEqualTo(new Setting<>(false, "default"));
        assertThat(settings.agent().value())
                .isEqualTo(AgentSource.parse(
                        "unix:" + home.resolve("run/check-mk-agent.socket"), AgentSource.DEFAULT_PATIENCE));
        assertThat(settings.agent().origin()).isEqualTo("default");
        assertThat(settings.unknownKeys()).isEmpty();
    }

    @Test
    void livesInTheCustomaryPlaceOtherwise() throws Exception {
        Assumptions.assumeTrue(Path.of("/").equals(Path.of("/").toAbsolutePath()), "this is not a Unix machine");
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("DEBUG_HOME_DIR", ""))) {
            Home located = Home.locate(new Environment(environment), Platform.POSIX);
            assertThat(located.directory()).isEqualTo(new Setting<>(Path.of("/var/lib/cmk-agent"), "default"));
            assertThat(located.configuration()).isEqualTo(Path.of("/var/lib/cmk-agent"));
            assertThat(located.agent()).isEqualTo("unix:/run/check-mk-agent.socket");
        }
    }

    @Test
    void makesARelativeHomeAbsolute() throws Exception {
        Home located = Home.locate(new Environment(Map.of("DEBUG_HOME_DIR", "a/../b")), Platform.current());
        assertThat(located.directory().value()).isEqualTo(Path.of("b").toAbsolutePath());
        assertThatThrownBy(() -> Home.locate(new Environment(Map.of("DEBUG_HOME_DIR", "a\0b")), Platform.current()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("environment variable DEBUG_HOME_DIR: 'a\0b' is not a path");
    }

    @Test
    void readsTheFile() throws Exception {
        write("""
                # a comment
                pull_port = 1234
                allowed_ip = ["192.168.1.0/24", "::1", "no address"]
                compression = 9
                key_type = "rsa-2048"
                detect_proxy = true
                validate_api_cert = true
                agent = "tcp:127.0.0.1:6557"
                agent_timeout = 30
                updater_registration = "keep"
                tls_provider = "jdk"
                warm_up = false
                """);
        Settings settings = load();

        assertThat(settings.pullPort()).isEqualTo(new Setting<>(1234, "file " + file));
        assertThat(settings.allowedIp())
                .isEqualTo(new Setting<>(List.of("192.168.1.0/24", "::1", "no address"), "file " + file));
        assertThat(settings.compression()).isEqualTo(new Setting<>(9, "file " + file));
        assertThat(settings.tlsProvider()).isEqualTo(new Setting<>(TlsProvider.JDK, "file " + file));
        assertThat(settings.warmUp()).isEqualTo(new Setting<>(false, "file " + file));
        assertThat(settings.updaterRegistration()).isEqualTo(new Setting<>(UpdaterRegistration.KEEP, "file " + file));
        assertThat(settings.keyType()).isEqualTo(new Setting<>(KeyType.RSA_2048, "file " + file));
        assertThat(settings.detectProxy()).isEqualTo(new Setting<>(true, "file " + file));
        assertThat(settings.validateApiCert()).isEqualTo(new Setting<>(true, "file " + file));
        assertThat(settings.agent().value()).isEqualTo(AgentSource.parse("tcp:127.0.0.1:6557", Duration.ofSeconds(30)));
        assertThat(settings.agent().origin()).isEqualTo("file " + file);
        assertThat(settings.unknownKeys()).isEmpty();
    }

    @Test
    void readsTheEnvironment() throws Exception {
        Settings settings = load(
                Map.of("DEBUG_MAX_CONNECTIONS", "7", "DEBUG_CONNECTION_TIMEOUT", "5", "PULL_PORT", "1"),
                Overrides.NONE);

        assertThat(settings.connectionsPerAddress())
                .isEqualTo(new Setting<>(7, "environment variable DEBUG_MAX_CONNECTIONS"));
        assertThat(settings.connectionTimeout())
                .isEqualTo(new Setting<>(Duration.ofSeconds(5), "environment variable DEBUG_CONNECTION_TIMEOUT"));
    }

    @Test
    void obeysOptionsFirst() throws Exception {
        write("""
                pull_port = 1234
                key_type = "rsa-2048"
                detect_proxy = false
                validate_api_cert = false
                agent = "tcp:127.0.0.1:1"
                """);
        Settings settings = load(
                Map.of(),
                new Overrides(Optional.of(4321), Optional.of("tcp:127.0.0.1:2"), Optional.of("rsa-3072"), true, true));

        assertThat(settings.pullPort()).isEqualTo(new Setting<>(4321, "option --port"));
        assertThat(settings.keyType()).isEqualTo(new Setting<>(KeyType.RSA_3072, "option --key-type"));
        assertThat(settings.detectProxy()).isEqualTo(new Setting<>(true, "option --detect-proxy"));
        assertThat(settings.validateApiCert()).isEqualTo(new Setting<>(true, "option --validate-api-cert"));
        assertThat(settings.agent().value())
                .isEqualTo(AgentSource.parse("tcp:127.0.0.1:2", AgentSource.DEFAULT_PATIENCE));
        assertThat(settings.agent().origin()).isEqualTo("option --agent");
    }

    @Test
    void namesAnOptionThatItCannotUnderstand() {
        assertThat(catchThrowable(() -> load(
                        Map.of(), new Overrides(Optional.empty(), Optional.empty(), Optional.of("dsa"), false, false))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("option --key-type: unknown key type 'dsa', known are ec-p256, rsa-2048, rsa-3072,"
                        + " rsa-4096");
    }

    @Test
    void anOptionDoesNotExcuseTheFile() throws Exception {
        write("pull_port = 0\n");
        assertThat(catchThrowable(() -> load(
                        Map.of(), new Overrides(Optional.of(4321), Optional.empty(), Optional.empty(), false, false))))
                .hasMessage(file + ": pull_port must be a whole number from 1 to 65535");
    }

    @Test
    void collectsUnknownKeys() throws Exception {
        write("pull_prot = 1\n[table]\npull_port = 2\n");
        Settings settings = load();

        assertThat(settings.unknownKeys()).containsExactly("pull_prot", "table");
        assertThat(settings.pullPort().value()).isEqualTo(6556);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t", "# nothing\n", "\r\n"})
    void takesAnEmptyFile(String text) throws Exception {
        write(text);
        assertThat(load().pullPort()).isEqualTo(new Setting<>(6556, "default"));
    }

    static Stream<Arguments> malformedValues() {
        String port = "pull_port must be a whole number from 1 to 65535";
        String list = "allowed_ip must be a list of texts in quotation marks";
        return Stream.of(
                Arguments.of("pull_port = 0", port),
                Arguments.of("pull_port = 65536", port),
                Arguments.of("pull_port = -1", port),
                Arguments.of("pull_port = 99999999999999999999", port),
                Arguments.of("pull_port = 6556.0", port),
                Arguments.of("pull_port = \"6556\"", port),
                Arguments.of("pull_port = true", port),
                Arguments.of("pull_port = [6556]", port),
                Arguments.of("pull_port = 1979-05-27", port),
                Arguments.of("[pull_port]", port),
                Arguments.of("compression = 10", "compression must be a whole number from 0 to 9"),
                Arguments.of("agent_timeout = 0", "agent_timeout must be a whole number from 1 to 86400"),
                Arguments.of("agent_timeout = 86401", "agent_timeout must be a whole number from 1 to 86400"),
                Arguments.of("detect_proxy = \"true\"", "detect_proxy must be true or false"),
                Arguments.of("detect_proxy = 1", "detect_proxy must be true or false"),
                Arguments.of("validate_api_cert = []", "validate_api_cert must be true or false"),
                Arguments.of("allowed_ip = \"10.0.0.1\"", list),
                Arguments.of("allowed_ip = [1]", list),
                Arguments.of("allowed_ip = [\"a\", [\"b\"]]", list),
                Arguments.of("key_type = 1", "key_type must be a text in quotation marks"),
                Arguments.of("tls_provider = false", "tls_provider must be a text in quotation marks"),
                Arguments.of("warm_up = 0", "warm_up must be true or false"),
                Arguments.of("agent = 1", "agent must be a text in quotation marks"));
    }

    @ParameterizedTest
    @MethodSource("malformedValues")
    void namesFileAndKey(String text, String message) throws Exception {
        write(text + "\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void namesWhatAChoiceCanBe() throws Exception {
        write("tls_provider = \"OpenSSL\"\n");
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessage("file " + file + ": tls_provider: 'OpenSSL' must be \"auto\", \"jdk\" or \"openssl\"");
    }

    @Test
    void namesFileAndKeyOfAnUnknownWord() throws Exception {
        write("key_type = \"RSA\"\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage("file " + file
                        + ": key_type: unknown key type 'RSA', known are ec-p256, rsa-2048, rsa-3072, rsa-4096");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`agent = \"unix:/a\n`|1",
                "`pull_port = 1\npull_port = 2\n`|3",
                "`pull_port = \n`|1",
                "`pull_port\n`|1",
                "`# fine\n\npull_port = yes\n`|3",
                "`allowed_ip = [\"a\", \n`|2",
                "`pull_port = 012\n`|1",
                "`[[pull_port\n`|1",
                "`\u0000`|1",
            })
    void namesFileAndLine(String text, int line) throws Exception {
        write(text);
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .message()
                .matches(Pattern.quote(file + ":" + line + ":") + "[0-9]+: [^\n\r]+");
    }

    @Test
    void refusesWhatIsNotUtf8() throws Exception {
        Files.write(file, "agent = \"\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": it is not UTF-8 text");
    }

    @Test
    void refusesAHugeFile() throws Exception {
        write("#" + "x".repeat(2 * 1024 * 1024) + "\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + " is larger than 1024 KiB and is no configuration");
    }

    @Test
    void refusesADirectoryInItsPlace() throws Exception {
        Files.createDirectory(file);
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage("cannot read " + file + ": Is a directory");
    }

    @Test
    void saysWhyItCannotReadOnce() throws Exception {
        Files.createSymbolicLink(file, file);
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage("cannot read " + file + ": " + reasonOf(file));
    }

    @Test
    void saysThatItMayNotRead() throws Exception {
        write("pull_port = 1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(file), "root may read everything");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage("cannot read " + file + ": permission denied for user '" + System.getProperty("user.name")
                        + "'");
    }

    @ParameterizedTest
    @MethodSource("deep")
    void refusesWhatIsDeeplyNested(String text) throws Exception {
        write(text);
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .message()
                .startsWith(file.toString())
                .doesNotContain("\n");
    }

    static Stream<String> deep() {
        return Stream.of(
                "a = " + "[".repeat(100_000) + "]".repeat(100_000) + "\n",
                "a = " + "[".repeat(100_000),
                "a = " + "{a = ".repeat(100_000) + "1" + "}".repeat(100_000) + "\n",
                "a" + ".a".repeat(100_000) + " = 1\n",
                "[a" + ".a".repeat(100_000) + "]\nb = 1\n",
                "a = " + "{b.c = ".repeat(20) + "1" + "}".repeat(20) + "\n");
    }

    static Stream<Arguments> malformedVariables() {
        return Stream.of("0", "-1", "three", "3.5", "0x3", " 3", "99999999999", "2147483648")
                .flatMap(value -> Stream.of(
                        Arguments.of("DEBUG_MAX_CONNECTIONS", value, "2147483647"),
                        Arguments.of("DEBUG_CONNECTION_TIMEOUT", value, "86400")));
    }

    @ParameterizedTest
    @MethodSource("malformedVariables")
    void namesTheVariable(String name, String value, String most) {
        assertThat(catchThrowable(() -> load(Map.of(name, value), Overrides.NONE)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("environment variable " + name + " must be a whole number from 1 to " + most + ", not '"
                        + value + "'");
    }

    @Test
    void knowsWhetherThePortIsOpenToAnyone() throws Exception {
        assertThat(load().isOpenToAnyone()).isTrue();
        for (String closed : List.of(
                "allowed_ip = [\"nonsense\"]",
                "listen = [\"192.168.0.1\", \"10.0.0.5:6557\", \"127.0.0.1\", \"fd00::5\"]",
                "proxy_protocol = true\ntrusted_proxies = [\"192.0.2.1\"]")) {
            write(closed + "\n");
            assertThat(load().isOpenToAnyone()).as(closed).isFalse();
        }
        for (String open : List.of(
                "listen = [\"192.168.0.1\", \"198.51.100.1\"]",
                "listen = [\"0.0.0.0\"]",
                "listen = [\"[2001:db8::1]:6556\"]",
                "trusted_proxies = [\"192.0.2.1\"]")) {
            write(open + "\n");
            assertThat(load().isOpenToAnyone()).as(open).isTrue();
        }
    }

    @Test
    void namesAddressesThatAreNone() throws Exception {
        write("listen = [\"10.0.0.5\", \"10.0.0.0/8\"]\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "file " + file
                                + ": listen: '10.0.0.0/8' is not an address to listen on: expected a form such as 10.0.0.5:6556, [fd00::5]:6556, 10.0.0.5 or eth0");
        write("proxy_protocol = true\ntrusted_proxies = [\"proxy.example.com\"]\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("file " + file + ": trusted_proxies: 'proxy.example.com' is not an IP address");
    }

    @Test
    void takesStrictnessFromTheStrongestThatSpeaks() throws Exception {
        Overrides option =
                new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), false, false, true, false);
        assertThat(load().strictPermissions()).isEqualTo(new Setting<>(false, "default"));

        write("strict_permissions = true\n");
        assertThat(load().strictPermissions()).isEqualTo(new Setting<>(true, "file " + file));
        assertThat(load(Map.of("AGENT_CTL_STRICT_PERMISSIONS", "false"), Overrides.NONE)
                        .strictPermissions())
                .isEqualTo(new Setting<>(false, "environment variable AGENT_CTL_STRICT_PERMISSIONS"));
        assertThat(load(Map.of("AGENT_CTL_STRICT_PERMISSIONS", "false"), option).strictPermissions())
                .isEqualTo(new Setting<>(true, "option --strict-permissions"));
        assertThat(catchThrowable(() -> load(Map.of("AGENT_CTL_STRICT_PERMISSIONS", "yes"), Overrides.NONE)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("environment variable AGENT_CTL_STRICT_PERMISSIONS must be true or false, not 'yes'");
    }

    @Test
    void readsWhereNewKeysAreKept() throws Exception {
        assertThat(load().keyStorage()).isEqualTo(new Setting<>(KeyStorage.inFile(), "default"));
        write("key_storage = \"file\"\n");
        assertThat(load().keyStorage()).isEqualTo(new Setting<>(KeyStorage.inFile(), "file " + file));
        String uri = "pkcs11:token=hsm?module-path=/usr/lib/p.so";
        write("key_storage = \"" + uri + "\"\n");
        assertThat(load().keyStorage()).isEqualTo(new Setting<>(KeyStorage.parse(uri), "file " + file));

        write("key_storage = \"hsm\"\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessage("file " + file
                        + ": key_storage: expected \"file\" or a PKCS#11 URI, \"pkcs11:token=…?module-path=…\"");
        write("key_storage = \"pkcs11:token=hsm?module-path=/p.so&pin-value=geheim\"\n");
        assertThat(catchThrowable(this::load))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("file " + file + ": key_storage: PKCS#11 URI holds the PIN itself")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void ignoresAnEmptyVariable() throws Exception {
        assertThat(load(Map.of("DEBUG_MAX_CONNECTIONS", ""), Overrides.NONE).connectionsPerAddress())
                .isEqualTo(new Setting<>(3, "default"));
    }

    @Test
    void neverWritesTheFile() throws Exception {
        FileTime longAgo = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
        load();
        assertThat(file).doesNotExist();
        assertThat(home).isEmptyDirectory();

        write("pull_port = 1\nunknown = 2\n");
        Files.setLastModifiedTime(file, longAgo);
        load();
        assertThat(file).hasContent("pull_port = 1\nunknown = 2\n");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files).containsExactly(file);
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private Settings load() throws ConfigException {
        return load(Map.of(), Overrides.NONE);
    }

    private Settings load(Map<String, String> environment, Overrides options) throws ConfigException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("DEBUG_HOME_DIR", home.toString());
        return Settings.load(variables, options);
    }

    private static String reasonOf(Path path) {
        try {
            Files.readAllBytes(path);
            throw new AssertionError(path + " can be read");
        } catch (FileSystemException e) {
            return e.getReason();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

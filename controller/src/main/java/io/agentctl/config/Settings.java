package io.agentctl.config;

import io.agentctl.agent.AgentSource;
import io.agentctl.pki.KeyStorage;
import io.agentctl.pki.KeyType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything the operator can choose, each value with its origin; immutable.
 *
 * @param home where registry and marker are
 * @param file the configuration file, whether it is there or not
 * @param agent where the output comes from
 * @param pullPort TCP port for pulls, 0 to 65535
 * @param allowedIp who may connect, as written; empty for everyone
 * @param connectionsPerAddress how many pulls one remote address may have at the same time
 * @param connectionTimeout bound of a handshake and of every write
 * @param compression deflate level, 0 to 9
 * @param tlsProvider whose TLS serves pulls
 * @param warmUp whether the daemon practises pulls at its start
 * @param keyType of new keys
 * @param keyStorage where new keys are kept
 * @param detectProxy whether the environment's proxies are used
 * @param validateApiCert whether port discovery trusts valid certificates only
 * @param strictPermissions whether files that others can get at are refused instead of warned of
 * @param allowRoot whether services may run as root
 * @param updaterRegistration what a registration does about the agent updater
 * @param door who may knock at the pull port
 * @param trust whom to trust
 * @param audit where the audit log goes
 * @param metrics where metrics can be had
 * @param unknownKeys keys in the file that no version known to us has
 */
public record Settings(
        Setting<Path> home,
        Path file,
        Setting<AgentSource> agent,
        Setting<Integer> pullPort,
        Setting<List<String>> allowedIp,
        Setting<Integer> connectionsPerAddress,
        Setting<Duration> connectionTimeout,
        Setting<Integer> compression,
        Setting<TlsProvider> tlsProvider,
        Setting<Boolean> warmUp,
        Setting<KeyType> keyType,
        Setting<KeyStorage> keyStorage,
        Setting<Boolean> detectProxy,
        Setting<Boolean> validateApiCert,
        Setting<Boolean> strictPermissions,
        Setting<Boolean> allowRoot,
        Setting<UpdaterRegistration> updaterRegistration,
        DoorSettings door,
        TrustSettings trust,
        AuditSettings audit,
        MetricsSettings metrics,
        Set<String> unknownKeys) {
    private static final String FILE_NAME = "cmk-agent-ctl.toml";
    private static final int MAX_PORT = 65_535;
    private static final int DAY_IN_SECONDS = 86_400;

    /** Where fetchers connect to. */
    private static final int DEFAULT_PULL_PORT = 6556;

    /** As many as the vendor's controller grants. */
    private static final int DEFAULT_CONNECTIONS_PER_ADDRESS = 3;

    /** As long as the vendor's controller waits. */
    private static final Duration DEFAULT_CONNECTION_TIMEOUT = Duration.ofSeconds(20);

    /** The fastest level: a fifth more bytes than level 6 for a fraction of its time. */
    private static final int DEFAULT_COMPRESSION = 1;

    private static final List<Key> KEYS = List.of(
            Key.text(
                    "agent",
                    "unix:/run/check-mk-agent.socket",
                    "`\"unix:PATH\"`, `\"tcp:HOST:PORT\"`, `\"exec:COMMAND\"`, or Windows' `\"ip/HOST:PORT\"`",
                    "where the agent's output comes from; on Windows `\"ip/localhost:28250\"` by default"),
            Key.number(
                    "agent_timeout",
                    (int) AgentSource.DEFAULT_PATIENCE.toSeconds(),
                    1,
                    DAY_IN_SECONDS,
                    "for how many seconds the agent may be silent"),
            Key.texts(
                    "allowed_ip",
                    "addresses and networks, such as `\"192.168.1.0/24\"`",
                    "who may connect; everyone without it. An entry that cannot be understood admits nobody"),
            Key.number("pull_port", DEFAULT_PULL_PORT, 1, MAX_PORT, "the TCP port for pulls"),
            Key.number(
                    "compression", DEFAULT_COMPRESSION, 0, 9, "the deflate level; 0 for none, which pushes take for 1"),
            Key.flag("warm_up", true, "whether the daemon practises pulls after its start"),
            Key.choice("tls_provider", "auto", "whose TLS serves pulls", "auto", "jdk", "openssl"),
            Key.choice(
                    "key_type",
                    "ec-p256",
                    "the type of new keys; a renewal without this key keeps the type",
                    "ec-p256",
                    "rsa-2048",
                    "rsa-3072",
                    "rsa-4096"),
            Key.text(
                    "key_storage",
                    "file",
                    "`\"file\"` or a PKCS#11 URI (RFC 7512)",
                    "where new keys are kept: in the registry, or on a token"),
            Key.flag("detect_proxy", false, "whether the proxies that the environment names are used"),
            Key.flag(
                    "validate_api_cert",
                    false,
                    "whether a site's agent receiver port is taken from the owner of a valid certificate only"),
            Key.flag(
                    "strict_permissions",
                    false,
                    "whether nobody is served, instead of a warning, while others can get at the private keys"),
            Key.choice(
                    "updater_registration",
                    "manual",
                    "whether a registration registers the agent updater, too: when told to, unless it is registered, or always",
                    "manual",
                    "keep",
                    "overwrite"));

    /**
     * Collects the settings.
     *
     * @param environment the process's environment variables
     * @param options what the command line says
     * @return the settings
     * @throws ConfigException if a value cannot be understood
     */
    public static Settings load(Map<String, String> environment, Overrides options) throws ConfigException {
        return load(environment, options, Platform.current());
    }

    static Settings load(Map<String, String> environment, Overrides options, Platform platform) throws ConfigException {
        Environment variables = new Environment(environment);
        Home home = Home.locate(variables, platform);
        ConfigFile file = ConfigFile.read(home.configuration().resolve(FILE_NAME));
        TrustSettings trust = TrustSettings.of(file);
        return new Settings(
                home.directory(),
                file.path(),
                agent(options, file, home),
                Setting.strongest(
                        DEFAULT_PULL_PORT, option(options.port(), "--port"), file.integer("pull_port", 1, MAX_PORT)),
                Setting.strongest(List.of(), file.texts("allowed_ip")),
                Setting.strongest(
                        DEFAULT_CONNECTIONS_PER_ADDRESS,
                        variables.integer("DEBUG_MAX_CONNECTIONS", 1, Integer.MAX_VALUE)),
                Setting.strongest(
                        DEFAULT_CONNECTION_TIMEOUT,
                        variables
                                .integer("DEBUG_CONNECTION_TIMEOUT", 1, DAY_IN_SECONDS)
                                .map(seconds -> new Setting<>(Duration.ofSeconds(seconds.value()), seconds.origin()))),
                Setting.strongest(DEFAULT_COMPRESSION, file.integer("compression", 0, 9)),
                choice(TlsProvider.AUTO, file, "tls_provider"),
                Setting.strongest(true, file.bool("warm_up")),
                keyType(options, file),
                keyStorage(file),
                Setting.strongest(false, flag(options.detectProxy(), "--detect-proxy"), file.bool("detect_proxy")),
                Setting.strongest(
                        false, flag(options.validateApiCert(), "--validate-api-cert"), file.bool("validate_api_cert")),
                Setting.strongest(
                        false,
                        flag(options.strictPermissions(), "--strict-permissions"),
                        variables.bool("AGENT_CTL_STRICT_PERMISSIONS"),
                        file.bool("strict_permissions")),
                Setting.strongest(
                        false, flag(options.allowRoot(), "--allow-root"), variables.bool("AGENT_CTL_ALLOW_ROOT")),
                choice(UpdaterRegistration.MANUAL, file, "updater_registration"),
                DoorSettings.of(file),
                trust,
                AuditSettings.of(file),
                MetricsSettings.of(file),
                unknown(file, trust));
    }

    /** Returns whether nothing but TLS keeps anyone out who can send a packet to the pull port. */
    public boolean isOpenToAnyone() {
        return allowedIp.value().isEmpty() && door.isPublic();
    }

    /** Returns every key of the configuration file, in the order in which its reference explains them. */
    public static List<Key> keys() {
        List<Key> keys = new ArrayList<>(KEYS);
        keys.addAll(DoorSettings.KEYS);
        keys.addAll(TrustSettings.KEYS);
        keys.addAll(AuditSettings.KEYS);
        keys.addAll(MetricsSettings.KEYS);
        return keys;
    }

    private static Set<String> unknown(ConfigFile file, TrustSettings trust) {
        return Stream.of(file.unknown(Key.names(keys())), trust.unknown())
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the file of pre-configured connections, which stands beside the configuration file if it is there. */
    public Path preConfigured() {
        return file.resolveSibling("pre_configured_connections.json");
    }

    private static Setting<AgentSource> agent(Overrides options, ConfigFile file, Home home) throws ConfigException {
        Setting<String> text = Setting.strongest(home.agent(), option(options.agent(), "--agent"), file.text("agent"));
        Duration patience = file.integer("agent_timeout", 1, DAY_IN_SECONDS)
                .map(seconds -> Duration.ofSeconds(seconds.value()))
                .orElse(AgentSource.DEFAULT_PATIENCE);
        return new Setting<>(text.require("agent", () -> AgentSource.parse(text.value(), patience)), text.origin());
    }

    private static Setting<KeyType> keyType(Overrides options, ConfigFile file) throws ConfigException {
        Setting<String> label = Setting.strongest(
                KeyType.EC_P256.label(), option(options.keyType(), "--key-type"), file.text("key_type"));
        return new Setting<>(label.require("key_type", () -> KeyType.of(label.value())), label.origin());
    }

    private static Setting<KeyStorage> keyStorage(ConfigFile file) throws ConfigException {
        Setting<String> text = Setting.strongest("file", file.text("key_storage"));
        return new Setting<>(text.require("key_storage", () -> KeyStorage.parse(text.value())), text.origin());
    }

    private static <E extends Enum<E>> Setting<E> choice(E byDefault, ConfigFile file, String key)
            throws ConfigException {
        Optional<Setting<String>> label = file.text(key);
        return label.isEmpty()
                ? Setting.byDefault(byDefault)
                : new Setting<>(
                        label.get()
                                .require(
                                        key,
                                        () -> Choice.of(
                                                byDefault.getDeclaringClass(),
                                                label.get().value())),
                        label.get().origin());
    }

    private static <T> Optional<Setting<T>> option(Optional<T> value, String name) {
        return value.map(given -> new Setting<>(given, "option " + name));
    }

    private static Optional<Setting<Boolean>> flag(boolean given, String name) {
        return option(given ? Optional.of(true) : Optional.empty(), name);
    }
}

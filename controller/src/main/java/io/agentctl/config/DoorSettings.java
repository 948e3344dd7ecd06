package io.agentctl.config;

import io.agentctl.net.IpNetwork;
import io.agentctl.net.ListenAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the operator can choose about who may knock at the pull port, beyond {@code allowed_ip}.
 *
 * @param listen the addresses to listen on; empty for all
 * @param maxConnections connections at the same time
 * @param maxAgentRuns runs of the agent at the same time
 * @param maxFailedHandshakes failed handshakes of an address that are put up with in a minute; 0 for any number
 * @param trustedProxies who tells by the PROXY protocol on whose behalf they come; empty where pullers connect themselves
 */
public record DoorSettings(
        Setting<List<ListenAddress>> listen,
        Setting<Integer> maxConnections,
        Setting<Integer> maxAgentRuns,
        Setting<Integer> maxFailedHandshakes,
        Optional<Setting<List<IpNetwork>>> trustedProxies) {
    /** Enough for a host with dozens of sites; what one costs is bounded. */
    private static final int DEFAULT_MAX_CONNECTIONS = 128;

    /** Agents are heavier than pulls. */
    private static final int DEFAULT_MAX_AGENT_RUNS = 16;

    /** A site that is set up wrongly fails once a minute, or a few times. */
    private static final int DEFAULT_MAX_FAILED_HANDSHAKES = 20;

    private static final int MOST = 65_535;
    private static final String TRUSTED_PROXIES = "trusted_proxies";

    /** Keys in the file. */
    static final List<Key> KEYS = List.of(
            Key.texts(
                    "listen",
                    "addresses or names of network interfaces, each with or without a port",
                    "where to listen: on all of them or not at all; on all addresses of the host without it"),
            Key.number(
                    "max_connections",
                    DEFAULT_MAX_CONNECTIONS,
                    1,
                    MOST,
                    "how many connections there may be at the same time, of all addresses together"),
            Key.number(
                    "max_agent_runs",
                    DEFAULT_MAX_AGENT_RUNS,
                    1,
                    MOST,
                    "how many runs of the agent for pulls there may be at the same time; further pulls wait for up to 20 s"),
            Key.number(
                    "max_failed_handshakes",
                    DEFAULT_MAX_FAILED_HANDSHAKES,
                    0,
                    MOST,
                    "how many failed handshakes of one address (of IPv6, of one /64) are put up with in a minute; 0 for any number"),
            Key.flag(
                    "proxy_protocol",
                    false,
                    "whether only proxies connect, which tell by the PROXY protocol on whose behalf"),
            Key.texts(TRUSTED_PROXIES, "addresses and networks", "which proxies; needed by `proxy_protocol`"));

    static DoorSettings of(ConfigFile file) throws ConfigException {
        return new DoorSettings(
                Setting.strongest(List.of(), parsed(file, "listen", ListenAddress::parse)),
                Setting.strongest(DEFAULT_MAX_CONNECTIONS, file.integer("max_connections", 1, MOST)),
                Setting.strongest(DEFAULT_MAX_AGENT_RUNS, file.integer("max_agent_runs", 1, MOST)),
                Setting.strongest(DEFAULT_MAX_FAILED_HANDSHAKES, file.integer("max_failed_handshakes", 0, MOST)),
                proxies(file));
    }

    /** Returns whether others than this host and private networks may reach the port by themselves. */
    boolean isPublic() {
        return trustedProxies.isEmpty()
                && (listen.value().isEmpty() || listen.value().stream().anyMatch(ListenAddress::isPublic));
    }

    private static Optional<Setting<List<IpNetwork>>> proxies(ConfigFile file) throws ConfigException {
        boolean wanted = Setting.strongest(false, file.bool("proxy_protocol")).value();
        Optional<Setting<List<IpNetwork>>> trusted = parsed(file, TRUSTED_PROXIES, IpNetwork::parse);
        if (!wanted) {
            return Optional.empty();
        }
        if (trusted.isEmpty() || trusted.get().value().isEmpty()) {
            throw new ConfigException(
                    file.path()
                            + ": proxy_protocol = true needs trusted_proxies, the addresses of the proxies: whoever else sent such a header could call itself anybody");
        }
        return trusted;
    }

    private static <T> Optional<Setting<List<T>>> parsed(ConfigFile file, String key, Function<String, T> parser)
            throws ConfigException {
        Optional<Setting<List<String>>> texts = file.texts(key);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        List<T> values = new ArrayList<>();
        for (String text : texts.get().value()) {
            values.add(texts.get().require(key, () -> parser.apply(text)));
        }
        return Optional.of(new Setting<>(List.copyOf(values), texts.get().origin()));
    }
}

package io.agentctl.config;

import io.agentctl.net.ListenAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where metrics can be had.
 *
 * @param address of TCP or a unix socket; empty for nowhere
 */
public record MetricsSettings(Optional<SocketAddress> address) {
    private static final String METRICS = "metrics";
    private static final String BEYOND_HOST = "metrics_beyond_host";
    private static final String OFF = "off";
    private static final String UNIX = "unix:";

    /** Keys in the file. */
    static final List<Key> KEYS = List.of(
            Key.text(
                    METRICS,
                    OFF,
                    "`\"off\"`, an IP address and a port such as `\"127.0.0.1:9256\"` or `\"[::1]:9256\"`, or `\"unix:PATH\"`",
                    "where Prometheus and its kin get metrics, at the path `/metrics`"),
            Key.flag(BEYOND_HOST, false, "whether `metrics` may be an address that other hosts reach, in the clear"));

    static MetricsSettings of(ConfigFile file) throws ConfigException {
        Setting<String> text = Setting.strongest(OFF, file.text(METRICS));
        boolean beyondHost = Setting.strongest(false, file.bool(BEYOND_HOST)).value();
        return text.value().equals(OFF)
                ? new MetricsSettings(Optional.empty())
                : new MetricsSettings(Optional.of(text.require(METRICS, () -> address(text.value(), beyondHost))));
    }

    private static SocketAddress address(String text, boolean beyondHost) {
        if (text.startsWith(UNIX)) {
            return socket(text);
        }
        ListenAddress address = listenAddress(text);
        // What an interface has is known when it is up, and no command shall fail for want of metrics.
        if (address.port().isEmpty() || !address.isLiteral()) {
            throw malformed(text);
        }
        InetSocketAddress first;
        try {
            first = address.resolve(0).get(0);
        } catch (SocketException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!first.getAddress().isLoopbackAddress() && !beyondHost) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' can be reached from other hosts, and metrics are handed to anyone in the clear: choose 127.0.0.1, [::1] or unix:PATH, or say metrics_beyond_host = true");
        }
        return first;
    }

    private static SocketAddress socket(String text) {
        try {
            Path path = Path.of(text.substring(UNIX.length()));
            if (path.isAbsolute()) {
                return UnixDomainSocketAddress.of(path);
            }
        } catch (InvalidPathException e) {
            throw malformed(text);
        }
        throw malformed(text);
    }

    private static ListenAddress listenAddress(String text) {
        try {
            return ListenAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is no place for metrics: expected off, an IP address and a port such as 127.0.0.1:9256 or [::1]:9256, or unix: and an absolute path");
    }
}

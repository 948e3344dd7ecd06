package io.agentctl.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which proxy the customary environment variables name for a server: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code ALL_PROXY},
 * unless {@code NO_PROXY} excepts the server. The lower-case names are looked at first.
 *
 * <p>{@code NO_PROXY} is a comma-separated list of host names, which also except the names below them, IP addresses, CIDR networks,
 * each of the former with or without {@code :port}, or {@code *} for all.
 *
 * @param variables the environment
 */
public record ProxyEnvironment(Map<String, String> variables) {
    /** No proxy for anyone. */
    public static final ProxyEnvironment DIRECT = new ProxyEnvironment(Map.of());

    /** Copies what it is given. */
    public ProxyEnvironment {
        variables = Map.copyOf(variables);
    }

    /**
     * Finds the proxy for a server.
     *
     * @param scheme {@code https} or {@code http}
     * @param host the server's name or address; IPv6 in brackets
     * @param port the server's port
     * @return the proxy to go through, if any
     * @throws IllegalArgumentException if the variable that applies cannot be understood; the message names it
     */
    public Optional<HttpProxy> proxyFor(String scheme, String host, int port) {
        if (isExcepted(bare(host), port)) {
            return Optional.empty();
        }
        return Stream.of(scheme + "_proxy", "all_proxy")
                .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
                .filter(name -> !variables.getOrDefault(name, "").isBlank())
                .findFirst()
                .map(this::parse);
    }

    private HttpProxy parse(String variable) {
        try {
            return HttpProxy.parse(variables.get(variable).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("environment variable " + variable + ": " + e.getMessage());
        }
    }

    private boolean isExcepted(String host, int port) {
        String exceptions = variables.getOrDefault("no_proxy", variables.getOrDefault("NO_PROXY", ""));
        return Arrays.stream(exceptions.split(","))
                .map(String::strip)
                .filter(exception -> !exception.isEmpty())
                .anyMatch(exception -> excepts(exception, host, port));
    }

    private static boolean excepts(String exception, String host, int port) {
        if (exception.equals("*")) {
            return true;
        }
        Optional<InetAddress> address = address(host);
        Optional<IpNetwork> network = network(bare(exception));
        if (network.isPresent()) {
            return address.filter(network.get()::matches).isPresent();
        }
        int colon = exception.lastIndexOf(':');
        if (colon >= 0) {
            return exception.substring(colon + 1).equals(Integer.toString(port))
                    && excepts(bare(exception.substring(0, colon)), host, port);
        }
        String name = exception.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
        String server = host.toLowerCase(Locale.ROOT);
        return address.isEmpty() && (server.equals(name) || server.endsWith("." + name));
    }

    private static Optional<IpNetwork> network(String text) {
        try {
            return Optional.of(IpNetwork.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Only a literal counts: asking the DNS is the proxy's business. */
    private static Optional<InetAddress> address(String host) {
        return network(host).map(IpNetwork::address);
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}

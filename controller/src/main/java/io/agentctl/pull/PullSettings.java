package io.agentctl.pull;

import io.agentctl.net.IpNetwork;
import io.agentctl.net.ListenAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an operator can choose about the pull port.
 *
 * @param door where it is, and who may come in
 * @param timeout bound of the whole handshake, and of every single write
 * @param compression deflate level, 1 to 9, or 0 for none
 * @param warmUp whether pulls are practised after the port has been opened
 */
public record PullSettings(Door door, Duration timeout, int compression, boolean warmUp) {
    /** @throws IllegalArgumentException if a value is out of its bounds */
    public PullSettings {
        requireBetween(compression, 0, 9, "compression level");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the connection time-out must be positive, not " + timeout);
        }
    }

    private static void requireBetween(int value, int least, int most, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("the " + what + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * Where the port is, and who may come in.
     *
     * @param port TCP port to listen on, 0 to 65535; 0 lets the operating system choose
     * @param listen the addresses to listen on; empty for all
     * @param allowList the networks that may connect; {@link AllowList#ANYONE} for all
     * @param limits how many may
     * @param openToAnyone whether nothing but TLS keeps anyone out, which is warned of
     * @param proxies who may tell on whose behalf they come, and has to; empty if pullers connect themselves
     */
    public record Door(
            int port,
            List<ListenAddress> listen,
            AllowList allowList,
            Limits limits,
            boolean openToAnyone,
            Optional<AllowList> proxies) {
        /** @throws IllegalArgumentException if the port is out of its bounds */
        public Door {
            requireBetween(port, 0, 65_535, "port");
            listen = List.copyOf(listen);
        }

        /** Returns whether another door is at the same place. */
        boolean isWhere(Door other) {
            return port == other.port && listen.equals(other.listen);
        }

        /** Returns the ports that are listened on. */
        Set<Integer> ports() {
            return listen.isEmpty()
                    ? Set.of(port)
                    : listen.stream()
                            .map(address -> address.port().orElse(port))
                            .collect(Collectors.toSet());
        }
    }

    /**
     * How many may come in.
     *
     * @param perAddress connections that one remote address may have at the same time, at least 1
     * @param connections connections at the same time, at least 1
     * @param agentRuns runs of the agent at the same time, at least 1; further pullers wait for as long as a write may take
     * @param failures failed handshakes of one remote address that are put up with in a minute, or 0 for any number
     */
    public record Limits(int perAddress, int connections, int agentRuns, int failures) {
        /** @throws IllegalArgumentException if a value is out of its bounds */
        public Limits {
            requireBetween(perAddress, 1, Integer.MAX_VALUE, "number of connections per address");
            requireBetween(connections, 1, Integer.MAX_VALUE, "number of connections");
            requireBetween(agentRuns, 1, Integer.MAX_VALUE, "number of agent runs");
            requireBetween(failures, 0, Integer.MAX_VALUE, "number of failed handshakes");
        }
    }

    /**
     * The addresses that may connect.
     *
     * @param restricted whether there is a list at all; an empty list of a restricted port admits nobody
     * @param networks the networks on the list
     */
    public record AllowList(boolean restricted, List<IpNetwork> networks) {
        /** No restriction. */
        public static final AllowList ANYONE = new AllowList(false, List.of());

        /** Copies the list. */
        public AllowList {
            networks = List.copyOf(networks);
        }

        boolean admits(InetAddress address) {
            return !restricted || networks.stream().anyMatch(network -> network.matches(address));
        }
    }
}

package io.agentctl.pull;

import io.agentctl.net.IpNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What an operator can choose about the pull port.
 *
 * @param port TCP port to listen on, 0 to 65535; 0 lets the operating system choose
 * @param allowList the networks that may connect; {@link AllowList#ANYONE} for all
 * @param connectionsPerAddress how many connections one remote address may have at the same time, at least 1
 * @param timeout bound of the whole handshake, and of every single write
 * @param compression deflate level, 1 to 9, or 0 for none
 * @param warmUp whether pulls are practised after the port has been opened
 */
public record PullSettings(
        int port, AllowList allowList, int connectionsPerAddress, Duration timeout, int compression, boolean warmUp) {
    /** @throws IllegalArgumentException if a value is out of its bounds */
    public PullSettings {
        requireBetween(port, 0, 65_535, "port");
        requireBetween(connectionsPerAddress, 1, Integer.MAX_VALUE, "number of connections per address");
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

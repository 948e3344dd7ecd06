package io.agentctl.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, as users write it: an IP address or the name of a network interface, each with or without a TCP port. The DNS is never
 * asked.
 *
 * @param host an address without brackets, or the name of an interface
 * @param port 0 to 65535; empty for the usual one
 */
public record ListenAddress(String host, OptionalInt port) {
    private static final int MAX_PORT = 65_535;
    private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::([0-9]{1,5}))?");
    private static final Pattern PLAIN = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._@-]*)(?::([0-9]{1,5}))?");

    /**
     * Reads an address.
     *
     * @param text such as {@code 10.0.0.5:6556}, {@code [fd00::5]:6556}, {@code fd00::5}, {@code eth0} or {@code eth0:6556}
     * @return the address
     * @throws IllegalArgumentException if it has none of these forms
     */
    public static ListenAddress parse(String text) {
        if (text.length() <= IpNetwork.MAX_LENGTH) {
            if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
                return new ListenAddress(address(text, text), OptionalInt.empty());
            }
            Matcher bracketed = BRACKETED.matcher(text);
            if (bracketed.matches()) {
                return new ListenAddress(address(bracketed.group(1), text), port(bracketed.group(2), text));
            }
            Matcher plain = PLAIN.matcher(text);
            if (plain.matches()) {
                String host = plain.group(1);
                return new ListenAddress(
                        host.matches("[0-9.]+") ? address(host, text) : host, port(plain.group(2), text));
            }
        }
        throw malformed(text);
    }

    /**
     * Finds the addresses of this host that are meant.
     *
     * @param usualPort the port where none is written
     * @return at least one address; those of an interface as they are now, without link-local ones, which only one link knows
     * @throws SocketException if there is no such interface, or it has no address
     */
    public List<InetSocketAddress> resolve(int usualPort) throws SocketException {
        int wanted = port.orElse(usualPort);
        if (isLiteral()) {
            return List.of(new InetSocketAddress(IpNetwork.parse(host).address(), wanted));
        }
        NetworkInterface link = NetworkInterface.getByName(host);
        if (link == null) {
            throw new SocketException("there is no network interface '" + host + "'");
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : Collections.list(link.getInetAddresses())) {
            if (!(address instanceof Inet6Address && address.isLinkLocalAddress())) {
                addresses.add(new InetSocketAddress(address, wanted));
            }
        }
        if (addresses.isEmpty()) {
            throw new SocketException("the network interface '" + host + "' has no address");
        }
        return addresses;
    }

    /**
     * Returns whether more than this host and private networks (RFC 1918, RFC 4193) may reach it, as far as can be told now.
     */
    public boolean isPublic() {
        try {
            return resolve(0).stream().map(InetSocketAddress::getAddress).anyMatch(ListenAddress::isPublic);
        } catch (SocketException e) {
            // Nobody reaches what is not there.
            return false;
        }
    }

    private static boolean isPublic(InetAddress address) {
        boolean uniqueLocal = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
        return !uniqueLocal
                && !address.isLoopbackAddress()
                && !address.isSiteLocalAddress()
                && !address.isLinkLocalAddress();
    }

    /** Returns whether it is an IP address, and not the name of an interface. */
    public boolean isLiteral() {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    /** Returns the form that {@link #parse} reads. */
    @Override
    public String toString() {
        String literal = host.indexOf(':') >= 0 && port.isPresent() ? "[" + host + "]" : host;
        return port.isPresent() ? literal + ":" + port.getAsInt() : literal;
    }

    private static String address(String literal, String text) {
        try {
            IpNetwork network = IpNetwork.parse(literal);
            if (network.prefixLength() == network.address().getAddress().length * Byte.SIZE) {
                return literal;
            }
        } catch (IllegalArgumentException e) {
            throw malformed(text);
        }
        throw malformed(text);
    }

    private static OptionalInt port(String digits, String text) {
        if (digits == null) {
            return OptionalInt.empty();
        }
        int port = Integer.parseInt(digits);
        if (port > MAX_PORT) {
            throw malformed(text);
        }
        return OptionalInt.of(port);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is not an address to listen on: expected a form such as 10.0.0.5:6556, [fd00::5]:6556, 10.0.0.5 or eth0");
    }
}

package io.agentctl.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * On whose behalf the agent runs: agents adapt their output to the puller's address (protocol.md, section 2).
 *
 * @param address the puller's address; empty for push and dump
 */
public record Requester(Optional<InetAddress> address) {
    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    /** No puller: we collect on our own account. */
    public static final Requester OURSELVES = new Requester(Optional.empty());

    /**
     * Names a puller.
     *
     * @param address the puller's address
     * @return the requester
     */
    public static Requester at(InetAddress address) {
        return new Requester(Optional.of(address));
    }

    /**
     * Returns the address, an IPv4-mapped one as the IPv4 address it holds and an IPv6 one without its zone, which means nothing
     * outside this host; empty text for ourselves.
     */
    public String text() {
        return address.map(Requester::literal).orElse("");
    }

    private static String literal(InetAddress address) {
        try {
            return shortened(InetAddress.getByAddress(address.getAddress()).getHostAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has the length of an address", e);
        }
    }

    /** The JDK writes every group of an IPv6 address; everybody else leaves out the longest run of zeros (RFC 5952). */
    private static String shortened(String literal) {
        String longest = "";
        Matcher zeros = ZEROS.matcher(literal);
        while (zeros.find()) {
            longest = zeros.group().length() > longest.length() ? zeros.group() : longest;
        }
        return longest.isEmpty() ? literal : literal.replaceFirst("(^|:)" + longest + "(:|$)", "::");
    }
}

package io.agentctl.agent;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An agent behind a TCP port. What it says travels in the clear, so it should be on this host.
 *
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 * @param patience how long the agent may be silent
 */
record TcpSource(String host, int port, Duration patience) implements AgentSource {
    private static final int MAX_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([0-9A-Za-z._-]+)):([0-9]{1,5})");

    static TcpSource parse(String text, Duration patience) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) < 1 || Integer.parseInt(form.group(3)) > MAX_PORT) {
            throw new IllegalArgumentException("'tcp:" + text + "' is not an agent: expected tcp:HOST:PORT, such as"
                    + " tcp:localhost:28250 or tcp:[::1]:28250");
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        return new TcpSource(host, Integer.parseInt(form.group(3)), patience);
    }

    @Override
    public String description() {
        return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public AgentOutput collect(Requester requester) throws AgentException {
        InetSocketAddress address = resolve();
        StandardProtocolFamily family = address.getAddress().getAddress().length == 4
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        return SocketOutput.open(description(), family, address, requester, patience);
    }

    /** Looks the name up and leaves the port alone: whoever listens there may start an agent for every connection. */
    @Override
    public void check() throws AgentException {
        resolve();
    }

    private InetSocketAddress resolve() throws AgentException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new AgentException("the agent's host '" + host + "' cannot be resolved");
        }
        return address;
    }
}

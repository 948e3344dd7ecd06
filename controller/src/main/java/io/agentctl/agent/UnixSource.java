package io.agentctl.agent;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An agent behind a unix socket, usually a systemd socket unit that starts one instance per connection (protocol.md, section 2).
 *
 * @param path the socket
 * @param patience how long the agent may be silent
 */
record UnixSource(Path path, Duration patience) implements AgentSource {

    @Override
    public String description() {
        return "unix:" + path;
    }

    @Override
    public AgentOutput collect(Requester requester) throws AgentException {
        return SocketOutput.open(
                description(), StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(path), requester, patience);
    }

    @Override
    public void check() throws AgentException {
        if (!Files.exists(path)) {
            throw new AgentException("the agent's socket " + path
                    + " does not exist; install and start the agent, or name another source with --agent");
        }
        if (Files.isDirectory(path) || Files.isRegularFile(path)) {
            throw new AgentException(path + " is not a socket; name the agent's with --agent");
        }
        if (!Files.isWritable(path)) {
            throw new AgentException("user '" + System.getProperty("user.name")
                    + "' may not write to the agent's socket " + path + "; run as the socket's user or root");
        }
    }
}

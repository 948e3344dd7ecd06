package io.agentctl.pull;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Decides, before a byte is exchanged, whether a remote address may have one more connection. Thread-safe. */
final class Admission {
    private final PullSettings settings;
    private final ConcurrentMap<InetAddress, Integer> connections = new ConcurrentHashMap<>();

    Admission(PullSettings settings) {
        this.settings = settings;
    }

    /**
     * Asks for one more connection.
     *
     * @param address the remote address
     * @return why not; or empty, and then {@link #leave} must be called when the connection ends
     */
    Optional<String> enter(InetAddress address) {
        if (!settings.allowList().admits(address)) {
            return Optional.of("its address is not in allowed_ip");
        }
        int most = settings.connectionsPerAddress();
        boolean[] admitted = {false};
        connections.compute(address, (key, count) -> {
            int present = count == null ? 0 : count;
            admitted[0] = present < most;
            return admitted[0] ? Integer.valueOf(present + 1) : count;
        });
        return admitted[0] ? Optional.empty() : Optional.of("its address already has " + most + " connections");
    }

    void leave(InetAddress address) {
        connections.computeIfPresent(address, (key, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
}

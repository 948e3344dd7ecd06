package io.agentctl.bench;

import io.agentctl.connection.Connection;
import io.agentctl.pki.KeyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A server under test with one key: ours with some settings, or another one.
 *
 * @param label names it in tables, the key apart
 * @param keyType the type of its key
 * @param peer which other server; empty for ours
 * @param settings lines of our configuration
 */
record Contestant(String label, KeyType keyType, Optional<Peer> peer, List<String> settings) {
    private static final String TLS_PROVIDER = "tls_provider";

    /** A contestant that runs, with the host that it serves. */
    record Running(Contestant contestant, Server server, UUID host) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    /** Ours, as it is shipped but for some settings. */
    static Contestant ours(String what, KeyType keyType, String... settings) {
        return new Contestant("agent-ctl" + what, keyType, Optional.empty(), List.of(settings));
    }

    /** Ours with the TLS of the JDK, where there is a choice. */
    static Contestant oursWithJdkTls(KeyType keyType) {
        return ours(", TLS of the JDK", keyType, TLS_PROVIDER + " = \"jdk\"");
    }

    /** The others that are installed. */
    static List<Contestant> peers(KeyType keyType) {
        return Arrays.stream(Peer.values())
                .filter(Peer::isInstalled)
                .map(peer -> new Contestant(peer.label(), keyType, Optional.of(peer), List.of()))
                .toList();
    }

    boolean isOurs() {
        return peer.isEmpty();
    }

    /** Starts it for an agent. Empty if our controller does not know a setting that this is about. */
    Optional<Running> start(Workbench bench, AgentDouble agent) throws IOException, InterruptedException {
        Connection connection = bench.connections(keyType, 1).get(0);
        if (peer.isPresent()) {
            return Optional.of(new Running(this, bench.peer(peer.get(), connection, agent), connection.uuid()));
        }
        Server server = bench.ours(label, bench.home(List.of(connection), agent, settings.toArray(String[]::new)));
        // It warns of keys that it does not know, and says nothing of those that it does.
        if (settings.stream().anyMatch(line -> line.startsWith(TLS_PROVIDER))
                && server.log().contains(TLS_PROVIDER)) {
            server.close();
            return Optional.empty();
        }
        return Optional.of(new Running(this, server, connection.uuid()));
    }

    /** Starts several; those that do not start because we lack a setting are left out. */
    static List<Running> startAll(List<Contestant> contestants, Workbench bench, AgentDouble agent)
            throws IOException, InterruptedException {
        List<Running> running = new ArrayList<>();
        for (Contestant contestant : contestants) {
            contestant.start(bench, agent).ifPresent(running::add);
        }
        return running;
    }
}

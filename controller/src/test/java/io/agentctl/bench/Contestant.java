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
 * @param flavour which of ours
 * @param settings lines of our configuration
 */
record Contestant(String label, KeyType keyType, Optional<Peer> peer, Flavour flavour, List<String> settings) {
    private static final String TLS_PROVIDER = "tls_provider";

    /** What ours says of a TLS that is asked for and cannot be had. */
    private static final String WITHOUT_BORING_SSL = "cannot be used here";

    /** A contestant that runs, with the host that it serves. */
    record Running(Contestant contestant, Server server, UUID host) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    /** Ours, as it is shipped but for some settings. */
    static Contestant ours(String what, KeyType keyType, String... settings) {
        return ours(Flavour.JVM, what, keyType, settings);
    }

    /** The same, of a flavour. */
    static Contestant ours(Flavour flavour, String what, KeyType keyType, String... settings) {
        return new Contestant(flavour.label() + what, keyType, Optional.empty(), flavour, List.of(settings));
    }

    /** Ours with the TLS of the JDK, where there is a choice. */
    static Contestant oursWithJdkTls(KeyType keyType) {
        return oursWithJdkTls(Flavour.JVM, keyType);
    }

    /** The same, of a flavour. */
    static Contestant oursWithJdkTls(Flavour flavour, KeyType keyType) {
        return ours(flavour, ", TLS of the JDK", keyType, TLS_PROVIDER + " = \"jdk\"");
    }

    /** Ours with BoringSSL, where it can be had. */
    static Contestant oursWithBoringSsl(Flavour flavour, KeyType keyType) {
        return ours(flavour, ", BoringSSL", keyType, TLS_PROVIDER + " = \"openssl\"");
    }

    /** The others that are installed. */
    static List<Contestant> peers(KeyType keyType) {
        return Arrays.stream(Peer.values())
                .filter(Peer::isInstalled)
                .map(peer -> new Contestant(peer.label(), keyType, Optional.of(peer), Flavour.JVM, List.of()))
                .toList();
    }

    boolean isOurs() {
        return peer.isEmpty();
    }

    /** Starts it for an agent. Empty if our controller does not know a setting that this is about, or cannot do what it says. */
    Optional<Running> start(Workbench bench, AgentDouble agent) throws IOException, InterruptedException {
        Connection connection = bench.connections(keyType, 1).get(0);
        if (peer.isPresent()) {
            return Optional.of(new Running(this, bench.peer(peer.get(), connection, agent), connection.uuid()));
        }
        Server server =
                bench.ours(flavour, label, bench.home(List.of(connection), agent, settings.toArray(String[]::new)));
        // It warns of keys that it does not know, and says nothing of those that it does.
        if (settings.stream().anyMatch(line -> line.startsWith(TLS_PROVIDER))
                && (server.log().contains(TLS_PROVIDER) || server.log().contains(WITHOUT_BORING_SSL))) {
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

package io.agentctl.connection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * All connections of this host at one moment; immutable.
 *
 * @param connections the connections, at most one per site and one per UUID
 * @param unknownFields what else stood at the top of the file, kept as it was
 */
public record Registry(List<Connection> connections, Map<String, Object> unknownFields) {
    /** No connection at all. */
    public static final Registry EMPTY = new Registry(List.of(), Map.of());

    /** Copies what it is given. */
    public Registry {
        connections = List.copyOf(connections);
        unknownFields = Collections.unmodifiableMap(new LinkedHashMap<>(unknownFields));
    }

    /** Returns whether there is no connection of any kind. */
    public boolean isEmpty() {
        return connections.isEmpty();
    }

    /** Returns the connections that the site opens: pull and imported ones. */
    public List<Connection> pulled() {
        return connections.stream()
                .filter(connection -> connection.kind().mode() == ConnectionMode.PULL)
                .toList();
    }

    /**
     * Returns the connections of one kind, in the file's order.
     *
     * @param kind the kind
     * @return its connections
     */
    public List<Connection> ofKind(Connection.Kind kind) {
        return connections.stream()
                .filter(connection -> connection.kind() == kind)
                .toList();
    }

    /**
     * Finds a connection by the user's word for it.
     *
     * @param name {@code server/site} or a UUID
     * @return the connection, if there is one
     */
    public Optional<Connection> find(String name) {
        return connections.stream()
                .filter(connection -> connection.isNamed(name))
                .findFirst();
    }

    /**
     * Finds a connection that is pulled by the server name that a fetcher asks for.
     *
     * @param serverName the host's UUID at that site, in any case; anyone may have sent it
     * @return the connection, if there is one
     */
    public Optional<Connection> findPulled(String serverName) {
        return uuid(serverName)
                .flatMap(uuid -> connections.stream()
                        .filter(connection -> connection.uuid().equals(uuid)
                                && connection.kind().mode() == ConnectionMode.PULL)
                        .findFirst());
    }

    /**
     * Adds a connection. One to the same site, of whatever kind, is replaced, and so is one of the same UUID.
     *
     * @param added the connection
     * @return a registry with it
     */
    public Registry with(Connection added) {
        return without(connection -> connection.uuid().equals(added.uuid())
                        || (added.siteId().isPresent() && connection.siteId().equals(added.siteId())))
                .append(added);
    }

    /**
     * Exchanges connections that are still there as they were.
     *
     * @param exchanges what to exchange, and what for
     * @return a registry with the new ones in the same places
     */
    public Registry replacing(Map<Connection, Connection> exchanges) {
        return new Registry(
                connections.stream()
                        .map(connection -> exchanges.getOrDefault(connection, connection))
                        .toList(),
                unknownFields);
    }

    /**
     * Removes connections.
     *
     * @param removed which ones
     * @return a registry without them
     */
    public Registry without(Predicate<Connection> removed) {
        return new Registry(connections.stream().filter(removed.negate()).toList(), unknownFields);
    }

    /** The JDK takes shorter forms as well. */
    private static Optional<UUID> uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equalsIgnoreCase(text) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Registry append(Connection added) {
        List<Connection> all = new ArrayList<>(connections);
        all.add(added);
        return new Registry(all, unknownFields);
    }
}

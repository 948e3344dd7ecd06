package io.agentctl.site;

import io.agentctl.connection.ConnectionMode;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a site knows: its users, tokens and hosts, who is registered as which host, and what pushed hosts delivered. Thread-safe. */
public final class Roster {
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Map<String, ConnectionMode> hosts = new ConcurrentHashMap<>();
    private final Map<UUID, Registration> registrations = new ConcurrentHashMap<>();
    private final Map<UUID, Request> requests = new ConcurrentHashMap<>();
    private final Map<UUID, List<String>> deliveries = new ConcurrentHashMap<>();
    private volatile Optional<ConnectionMode> anyHost = Optional.empty();
    private volatile Decision decision = Decision.SUCCESS;

    /**
     * A host that is registered.
     *
     * @param hostName the host's name at the site
     * @param mode who opens the connection
     */
    public record Registration(String hostName, ConnectionMode mode) {}

    /**
     * A host that asked to be created.
     *
     * @param certificate what it gets when it is
     * @param labels the agent labels it sent
     */
    public record Request(X509Certificate certificate, Map<String, String> labels) {
        /** Copies the labels. */
        public Request {
            labels = Map.copyOf(labels);
        }
    }

    Roster() {}

    /** Lets a user register hosts. */
    public Roster user(String name, String password) {
        passwords.put(name, password);
        return this;
    }

    /** Issues a token, which is good for one registration. */
    public Roster token(String token) {
        tokens.add(token);
        return this;
    }

    /** Creates a host, or changes its mode. */
    public Roster host(String name, ConnectionMode mode) {
        hosts.put(name, mode);
        return this;
    }

    /** Takes every host name for a host of this mode, unless it was created with another. */
    public Roster anyHost(ConnectionMode mode) {
        anyHost = Optional.of(mode);
        return this;
    }

    /** Decides about all hosts that want to be created; before that they succeed. */
    public Roster decide(Decision made) {
        decision = made;
        return this;
    }

    /** Registers a host without the agent receiver, or changes its registration. */
    public Roster register(UUID uuid, String hostName, ConnectionMode mode) {
        registrations.put(uuid, new Registration(hostName, mode));
        return this;
    }

    /** Ends a registration, as an operator of the site would by removing the host. */
    public Roster forget(UUID uuid) {
        registrations.remove(uuid);
        return this;
    }

    /** Returns who is registered under a UUID. */
    public Optional<Registration> registration(UUID uuid) {
        return Optional.ofNullable(registrations.get(uuid));
    }

    /** Returns all UUIDs that are registered. */
    public Set<UUID> registered() {
        return Set.copyOf(registrations.keySet());
    }

    /** Returns what a host sent that wants to be created. */
    public Optional<Request> request(UUID uuid) {
        return Optional.ofNullable(requests.get(uuid));
    }

    /** Returns what a push host delivered, decompressed, first to last; one character per byte. */
    public List<String> delivered(UUID uuid) {
        return List.copyOf(deliveries.getOrDefault(uuid, List.of()));
    }

    boolean knows(String user, String password) {
        return password.equals(passwords.get(user));
    }

    boolean has(String token) {
        return tokens.contains(token);
    }

    void use(String token) {
        tokens.remove(token);
    }

    Optional<ConnectionMode> mode(String hostName) {
        return Optional.ofNullable(hosts.get(hostName)).or(() -> anyHost);
    }

    Decision decision() {
        return decision;
    }

    void asks(UUID uuid, Request request) {
        requests.put(uuid, request);
    }

    void deliver(UUID uuid, String output) {
        deliveries.computeIfAbsent(uuid, key -> new CopyOnWriteArrayList<>()).add(output);
    }
}

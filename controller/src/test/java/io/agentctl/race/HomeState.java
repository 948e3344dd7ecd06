package io.agentctl.race;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a home directory holds, as far as the race is about it. Immutable.
 *
 * @param connections by the name that commands have for them: which operation made each
 * @param legacyPull whether the marker for legacy pull is there
 */
record HomeState(Map<String, Origin> connections, boolean legacyPull) {
    static final HomeState NEW = new HomeState(Map.of(), false);

    /**
     * Where a connection comes from.
     *
     * @param host the host name that was registered, or what was imported
     * @param isRenewed whether a command has renewed it since; the daemons may have, without telling
     */
    record Origin(String host, boolean isRenewed) {}

    HomeState {
        connections = Map.copyOf(connections);
    }

    /** Any change of a registry ends legacy pull. */
    private HomeState changed(UnaryOperator<Map<String, Origin>> change) {
        return new HomeState(change.apply(new TreeMap<>(connections)), false);
    }

    HomeState with(String name, String host) {
        return changed(all -> {
            all.put(name, new Origin(host, false));
            return all;
        });
    }

    HomeState renewed(String name) {
        return changed(all -> {
            all.put(name, new Origin(all.get(name).host(), true));
            return all;
        });
    }

    HomeState without(String name) {
        return changed(all -> {
            all.remove(name);
            return all;
        });
    }

    HomeState cleared(boolean allowLegacyPull) {
        return new HomeState(Map.of(), allowLegacyPull);
    }

    /** Tells whether this, which was found, is what should be there: what a command has renewed is renewed. */
    boolean mayBe(HomeState expected) {
        return legacyPull == expected.legacyPull
                && connections.keySet().equals(expected.connections.keySet())
                && connections.entrySet().stream().allMatch(entry -> {
                    Origin wanted = expected.connections.get(entry.getKey());
                    return entry.getValue().host().equals(wanted.host())
                            && (entry.getValue().isRenewed() || !wanted.isRenewed());
                });
    }
}

package io.agentctl.activity;

import io.agentctl.audit.Cause;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service knows of itself at one moment; immutable. Counts are of the time since its start.
 *
 * @param version the version that runs
 * @param process its process number
 * @param started when it started
 * @param reloaded when it took other settings, the last time
 * @param listening the addresses that it listens on; empty while the port is closed
 * @param inTheClear whether anyone gets the output there, without TLS
 * @param connections what happened on each connection that it serves or has something to tell of
 * @param refusals how many pullers got nothing, by cause
 * @param untold how many of these stand in no log, because there were too many
 * @param handshakes how long pullers took from their arrival to the end of their handshake
 * @param agentRuns how long the agent took, as fast as pullers took its output
 */
public record LiveState(
        String version,
        long process,
        Instant started,
        Optional<Instant> reloaded,
        String listening,
        boolean inTheClear,
        List<ConnectionActivity> connections,
        Map<Cause, Long> refusals,
        long untold,
        Distribution handshakes,
        Distribution agentRuns) {
    /** Copies list and map. */
    public LiveState {
        connections = List.copyOf(connections);
        refusals = Map.copyOf(refusals);
    }

    /**
     * Finds what happened on a connection.
     *
     * @param name the connection's name
     * @return that, if there is anything
     */
    public Optional<ConnectionActivity> of(String name) {
        return connections.stream()
                .filter(connection -> connection.name().equals(name))
                .findFirst();
    }
}

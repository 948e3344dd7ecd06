package io.agentctl.status;

import java.util.List;

/**
 * The controller's status at one moment.
 *
 * @param version our version
 * @param agentOperational whether the agent can be reached, as far as that can be told without running it
 * @param ipAllowlist who may connect, as the configuration says it; empty for everyone
 * @param allowLegacyPull whether the port is open in the clear
 * @param connections push connections first, then pull, then imported ones
 */
public record Status(
        String version,
        boolean agentOperational,
        List<String> ipAllowlist,
        boolean allowLegacyPull,
        List<ConnectionStatus> connections) {}

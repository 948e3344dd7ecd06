package io.agentctl.activity;

import java.time.Instant;

/**
 * A pull that brought a site the whole output.
 *
 * @param at when it ended
 * @param peer the puller's IP address
 * @param outputBytes count of the agent's bytes
 * @param sentBytes count of the bytes that they became, inside TLS
 * @param millis from the puller's arrival to the end
 */
public record ServedPull(Instant at, String peer, long outputBytes, long sentBytes, long millis) {}

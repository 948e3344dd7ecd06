package io.agentctl.activity;

import io.agentctl.audit.Cause;
import java.time.Instant;

/**
 * A pull by somebody who may have the output, which brought none of it or a part.
 *
 * @param at when it ended
 * @param peer the puller's IP address
 * @param cause why, in general
 * @param reason why, in words
 */
public record FailedPull(Instant at, String peer, Cause cause, String reason) {}

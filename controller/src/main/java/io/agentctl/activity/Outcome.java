package io.agentctl.activity;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a push or a renewal.
 *
 * @param at when it ended
 * @param failure why it failed, in words; empty if it did not
 */
public record Outcome(Instant at, Optional<String> failure) {}

package io.agentctl.push;

import io.agentctl.connection.Connection;
import java.util.Optional;

/**
 * What became of one push.
 *
 * @param connection where to
 * @param failure why it failed, on one line; empty if the site took the data
 */
public record PushResult(Connection connection, Optional<String> failure) {}

package io.agentctl.receiver;

import java.time.Instant;
import java.util.Optional;

/**
 * What a site answered to the question whether a connection is registered.
 *
 * @param status what it knows of the connection
 * @param siteTime the site's clock at the answer, to a second (RFC 9110, section 6.6.1); empty if it did not say
 */
public record RegistrationReply(RegistrationStatus status, Optional<Instant> siteTime) {}

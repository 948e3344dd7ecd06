package io.agentctl.status;

import io.agentctl.connection.Connection;
import java.util.Optional;

/**
 * One connection as we and the site know it.
 *
 * @param connection what the registry says
 * @param certificate facts of its certificate; empty if that cannot be read
 * @param remote what the site says
 */
record ConnectionStatus(Connection connection, Optional<CertificateInfo> certificate, RemoteStatus remote) {}

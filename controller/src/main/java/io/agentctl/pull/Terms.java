package io.agentctl.pull;

import io.agentctl.activity.Activity;
import io.agentctl.agent.AgentSource;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.TrustRules;

/**
 * All that follows from the settings for whoever pulls; immutable.
 *
 * @param settings what the operator chose about the port
 * @param tls whose TLS
 * @param agent where the output comes from
 * @param audit is told of every visit, and of the port
 * @param activity counts
 * @param rules whom to trust, and how TLS is spoken
 */
public record Terms(
        PullSettings settings, TlsStack tls, AgentSource agent, AuditLog audit, Activity activity, TrustRules rules) {}

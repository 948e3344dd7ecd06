/** Tells systemd how the service is doing. */
package io.agentctl.systemd;

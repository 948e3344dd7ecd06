/** The site's agent receiver as seen from this host: its HTTPS API (protocol.md, section 3) and where to find it. */
package io.agentctl.receiver;

/** Keeps connections alive: new keys and certificates before the old ones end (protocol.md, sections 3 and 6). */
package io.agentctl.renewal;

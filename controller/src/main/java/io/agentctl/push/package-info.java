/** Sends the agent's output to the sites that want to be sent it, once a minute (protocol.md, sections 3 and 6). */
package io.agentctl.push;

/** Where the plain text comes from that a site shall see: the agent, reached through a socket or run as a command. */
package io.agentctl.agent;

/** Tells others on this host what the running service does: a few pages by HTTP, over a unix socket in the home directory, or wherever the operator wants them. */
package io.agentctl.live;
